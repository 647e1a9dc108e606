// The three terms of the value, to the cent so that they add up, and outside of them what is only possible.

import type { CustomerValue, Money } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Section } from "../parts/Section";

interface Term {
  label: string;
  money: Money | null;
  note: string | null;
}

function between(low: Money | null, high: Money | null, format: Format): string | null {
  return low && high ? `${format.estimate(low)} to ${format.estimate(high)}` : null;
}

export function termsOf(customer: CustomerValue, format: Format): Term[] {
  const { clv, crv, civ, crv_orders: referred, influenced } = customer;
  const counted = civ !== null && Number(civ.amount) > 0;
  const orders = referred
    ? `${format.count(referred)} ${referred === 1 ? "order" : "orders"}`
    : null;
  const people =
    counted && influenced
      ? `${format.count(influenced)} ${influenced === 1 ? "customer" : "customers"}`
      : null;
  const range = counted ? between(customer.civ_low, customer.civ_high, format) : null;
  const estimate =
    range && customer.civ_estimate
      ? `estimated ${format.estimate(customer.civ_estimate)} (${range})`
      : null;
  return [
    {
      label: "Own purchases (CLV)",
      money: clv,
      note: between(customer.clv_low, customer.clv_high, format),
    },
    { label: "Orders with personal code (CRV)", money: crv, note: orders },
    {
      label: "Influence on others (CIV)",
      money: civ,
      note: [estimate, people].filter((part) => part !== null).join(" · ") || null,
    },
  ];
}

function Possible({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { possible_up_to: possible } = customer;
  if (possible === null || Number(possible.amount) === 0) return null;
  return (
    <p className="possible">
      <span>Possible, up to</span> <span className="figure">{format.money(possible)}</span>
      <span className="muted possible-note">
        From buying together with friends. Not shown to be influence, so it is in no total.
      </span>
    </p>
  );
}

export function Breakdown({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  return (
    <Section title="Made of">
      <dl className="sum">
        {termsOf(customer, format).map(({ label, money, note }, place) => (
          <div className="sum-row" key={label}>
            <dt>
              {place > 0 && <span className="sum-sign">+ </span>}
              {label}
              {note && <span className="muted sum-note">{note}</span>}
            </dt>
            <dd className="figure">{money ? format.money(money) : "Nothing counted"}</dd>
          </div>
        ))}
        <div className="sum-row sum-total">
          <dt>
            <span className="sum-sign">= </span>Value
          </dt>
          <dd className="figure">{customer.value && format.money(customer.value)}</dd>
        </div>
      </dl>
      <Possible customer={customer} />
    </Section>
  );
}
