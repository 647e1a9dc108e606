// The list that is worked with: its filters, order, columns and search. It is as it was when somebody comes back.

import { useState } from "react";

import type { Asked, Column, Sort, View } from "../api/customerLists";
import type { Key } from "../words/keys";
import { USUAL } from "./columns";

export interface List {
  asked: Asked;
  sort: Sort;
  columns: Column[];
  /** What Saleor is asked for; empty: nobody in particular. */
  words: string;
}

export const SORTS: [Sort, Key][] = [
  ["value", "customers.sort.value"],
  ["civ", "customers.sort.civ"],
  ["crv", "customers.sort.crv"],
  ["clv", "customers.sort.clv"],
  ["score", "customers.sort.score"],
  ["follow_on", "customers.sort.follow_on"],
  ["revenue", "customers.sort.revenue"],
  ["orders_count", "customers.sort.orders_count"],
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
