// A row of the ledger: order, buyer, days after, share, counted; the sentence unfolds below it.

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";

import type { CreditRow } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { tieName } from "../ties/words";
import { say } from "../words/say";
import css from "./CustomerPage.module.css";

export const COLUMNS = 5;

interface Props {
  row: CreditRow;
  people: Map<string, Person> | undefined;
  proven: boolean;
}

function Buyer({ row, people }: Pick<Props, "row" | "people">) {
  const { customer_id: buyer } = row;
  if (buyer === null)
    return <span className="muted">{say(row.is_hidden ? "ties.somebody" : "parts.guest")}</span>;
  return <CustomerLink customerId={buyer} person={people?.get(buyer)} brief />;
}

export function Row({ row, people, proven }: Props) {
  const { format } = useShop();
  const [open, setOpen] = useState(false);
  const id = useId();
  const explain =
    row.order_number === null
      ? say("record.rows.explain")
      : say("record.rows.explain.order", { order: `#${row.order_number}` });
  // A redeemed code needs no purchase of its owner before it.
  const days = proven ? "–" : format.decimal(row.days_between);
  return (
    <>
      <tr>
        <th scope="row" className={`figure ${css.order}`}>
          <button
            type="button"
            className={css.open}
            aria-label={explain}
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            onClick={() => {
              setOpen(!open);
            }}
          >
            <ChevronRight aria-hidden size={16} />
          </button>
          {row.order_id === null ? (
            "–"
          ) : (
            <OrderLink orderId={row.order_id} number={row.order_number} />
          )}
        </th>
        <td className={css.buyer}>
          <Buyer {...{ row, people }} />
        </td>
        <td className="figure cell-number">{days}</td>
        <td className="figure cell-number">{format.percent(row.share)}</td>
        <td className="figure cell-number">{format.money(row.booked)}</td>
      </tr>
      {open && (
        <tr id={id} className={css.why}>
          <td colSpan={COLUMNS}>
            {row.sentence}
            <span className="cell-note">
              {tieName(row.tie_kind)}
              {row.topic_name && ` · ${row.topic_name}`} ·{" "}
              {say("record.rows.credit", { money: format.money(row.credit) })}
            </span>
          </td>
        </tr>
      )}
    </>
  );
}
