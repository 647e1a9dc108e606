// At once: what they spent, since when, what is expected, and whether others buy because of them.

import type { ReactNode } from "react";

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { verdictLine } from "../customer/verdictLine";
import { Text } from "../parts/Text";
import { horizonDays } from "../customer/Breakdown";
import css from "./CustomerPage.module.css";
import { say } from "../words/say";

function Figure({ label, value, note }: { label: string; value: ReactNode; note: ReactNode }) {
  return (
    <div className={css.figure}>
      <dt className="muted">{label}</dt>
      <dd>
        <Text as="p" size={8} fontWeight="medium" className="figure">
          {value}
        </Text>
        <span className="muted">{note}</span>
      </dd>
    </div>
  );
}

/** "last order 12 days ago", or that there is none. */
function lastOrder(days: number | null): string {
  return days === null ? say("record.top.last.none") : say("record.top.last", { days });
}

export function TopRow({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { value, value_low: low, value_high: high, revenue, orders_count: orders } = customer;
  const since = customer.first_order;
  return (
    <dl className={css.top}>
      <Figure
        label={say("record.top.spent")}
        value={revenue === null ? "–" : format.money(revenue)}
        note={say("record.top.orders", { count: orders })}
      />
      <Figure
        label={say("record.top.since")}
        value={since === null ? "–" : format.day(`${since}T12:00:00Z`)}
        note={lastOrder(customer.days_since_last_order)}
      />
      <Figure
        label={say("customer.expected", { days: horizonDays(customer) })}
        value={value === null ? "–" : format.estimate(value)}
        note={
          low && high
            ? say("customer.range", { low: format.estimate(low), high: format.estimate(high) })
            : ""
        }
      />
      <Figure
        label={say("customer.brought")}
        value={customer.brought === null ? "–" : format.money(customer.brought)}
        note={verdictLine(customer)}
      />
    </dl>
  );
}
