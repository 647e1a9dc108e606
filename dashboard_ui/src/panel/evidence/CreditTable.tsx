// Rows of the ledger as a table: each a sentence, with the figures that it is made of.

import type { CreditRow } from "../api/questions";
import type { components } from "../../schema";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { tieName } from "../ties/words";
import { sumOf } from "./cents";
import { say } from "../words/say";

interface Props {
  found: components["schemas"]["CreditPage"];
  people: Map<string, Person> | undefined;
}

interface RowProps {
  row: CreditRow;
  people: Props["people"];
  proven: boolean;
}

function Row({ row, people, proven }: RowProps) {
  const { format } = useShop();
  const { customer_id: buyer } = row;
  // A redeemed code needs no purchase of its owner before it.
  const days = proven ? "–" : format.decimal(row.days_between);
  return (
    <tr>
      <td className="figure cell-order">
        {row.order_id === null ? (
          "–"
        ) : (
          <OrderLink orderId={row.order_id} number={row.order_number} />
        )}
      </td>
      <th scope="row" className="cell-sentence">
        {row.sentence}
        <span className="muted cell-note">
          {tieName(row.tie_kind)}
          {row.topic_name && ` · ${row.topic_name}`}
        </span>
      </th>
      <td>
        {buyer === null ? (
          <span className="muted">{say(row.is_hidden ? "ties.somebody" : "parts.guest")}</span>
        ) : (
          <CustomerLink customerId={buyer} person={people?.get(buyer)} brief />
        )}
      </td>
      <td className="figure cell-number">{days}</td>
      <td className="figure cell-number">{format.percent(row.share)}</td>
      <td className="figure cell-number">{format.money(row.credit)}</td>
      <td className="figure cell-number">{format.money(row.booked)}</td>
    </tr>
  );
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
          <th scope="row" colSpan={6}>
            These {format.count(rows.length)} rows
          </th>
          <td className="figure cell-number">{format.money(shown)}</td>
        </tr>
      )}
      <tr className="sum-total">
        <th scope="row" colSpan={6}>
          {total === 1 ? "The row is the" : `All ${format.count(total)} rows together are the`}{" "}
          {term}
        </th>
        <td className="figure cell-number">{format.money(booked)}</td>
      </tr>
    </tfoot>
  );
}

export function CreditTable({ found, people }: Props) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">What happened</th>
            <th scope="col">Buyer</th>
            <th scope="col" className="cell-number">
              Days after
            </th>
            <th scope="col" className="cell-number">
              Share
            </th>
            <th scope="col" className="cell-number">
              Credit
            </th>
            <th scope="col" className="cell-number">
              Counted
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
