// Rows of the ledger as a table, each in one short line.

import type { components } from "../../schema";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { sumOf } from "./cents";
import css from "./CustomerPage.module.css";
import { COLUMNS, Row } from "./CreditRows";
import { say } from "../words/say";

interface Props {
  found: components["schemas"]["CreditPage"];
  people: Map<string, Person> | undefined;
}

function Sums({ found }: { found: Props["found"] }) {
  const { format } = useShop();
  const { rows, total, booked } = found;
  const shown = sumOf(
    rows.map((row) => row.booked),
    booked.currency,
  );
  const term = found.part === "proven" ? "CRV" : "CIV";
  return (
    <tfoot>
      {rows.length < total && (
        <tr>
          <th scope="row" colSpan={COLUMNS - 1}>
            {say("record.rows.these", { count: rows.length })}
          </th>
          <td className="figure cell-number">{format.money(shown)}</td>
        </tr>
      )}
      <tr className="sum-total">
        <th scope="row" colSpan={COLUMNS - 1}>
          {say("record.rows.all", { count: total, term })}
        </th>
        <td className="figure cell-number">{format.money(booked)}</td>
      </tr>
    </tfoot>
  );
}

export function CreditTable({ found, people }: Props) {
  return (
    <div className={`table-room ${css.rows ?? ""}`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("record.rows.order")}</th>
            <th scope="col">{say("record.rows.buyer")}</th>
            <th scope="col" className="cell-number">
              {say("record.rows.days")}
            </th>
            <th scope="col" className="cell-number">
              {say("record.rows.share")}
            </th>
            <th scope="col" className="cell-number">
              {say("record.rows.counted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row, place) => (
            <Row
              key={row.line_id === null ? place : `${row.order_id} ${row.line_id}`}
              {...{ row, people }}
              proven={found.part === "proven"}
            />
          ))}
        </tbody>
        <Sums found={found} />
      </table>
    </div>
  );
}
