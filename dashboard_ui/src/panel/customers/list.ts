// The list that is worked with: its filters, order, columns and search. It is as it was when somebody comes back.

import { useState } from "react";

import type { Asked, Column, Sort, View } from "../api/customerLists";
import { USUAL } from "./columns";

export interface List {
  asked: Asked;
  sort: Sort;
  columns: Column[];
  /** What Saleor is asked for; empty: nobody in particular. */
  words: string;
}

export const SORTS: [Sort, string][] = [
  ["value", "Value"],
  ["civ", "Influence on others (CIV)"],
  ["crv", "Orders with personal code (CRV)"],
  ["clv", "Own purchases (CLV)"],
  ["score", "Score"],
  ["follow_on", "Who may be followed next"],
  ["revenue", "Revenue so far"],
  ["orders_count", "Number of orders"],
];

const EVERYBODY: List = { asked: {}, sort: "value", columns: USUAL, words: "" };
/** The frame has no storage of its own, so a reload begins anew. */
let kept: List = EVERYBODY;

export function useList() {
  const [list, setList] = useState(kept);
  const change = (part: Partial<List>) => {
    kept = { ...kept, ...part };
    setList(kept);
  };
  const open = ({ asked, sort, columns }: View) => {
    change({ asked, sort, columns, words: "" });
  };
  return { list, change, open };
}
