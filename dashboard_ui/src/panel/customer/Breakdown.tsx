// What is expected of a customer by term, and beside it what they brought so far: each to the cent, so that it
// adds up, and outside of both what is only possible.

import type { CustomerValue, Money } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Section } from "../parts/Section";
import css from "./customer.module.css";

interface Term {
  label: string;
  money: Money | null;
  note: string | null;
}

const NOTHING = "Nothing counted";

function between(low: Money | null, high: Money | null, format: Format): string | null {
  return low && high ? `${format.estimate(low)} to ${format.estimate(high)}` : null;
}

/** The three terms of the value. */
export function expectedTerms(customer: CustomerValue, format: Format): Term[] {
  return [
    {
      label: "Own purchases (CLV)",
      money: customer.clv,
      note: between(customer.clv_low, customer.clv_high, format),
    },
    {
      label: "Orders with personal code",
      money: customer.crv_expected,
      note: between(customer.crv_expected_low, customer.crv_expected_high, format),
    },
    {
      label: "Influence on others",
      money: customer.civ_expected,
      note: between(customer.civ_expected_low, customer.civ_expected_high, format),
    },
  ];
}

/** What was brought so far, which rows stand behind. */
export function broughtTerms(customer: CustomerValue, format: Format): Term[] {
  const { crv, civ, crv_orders: referred, influenced } = customer;
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
    { label: "Orders with personal code (CRV)", money: crv, note: orders },
    {
      label: "Influence on others (CIV)",
      money: civ,
      note: [estimate, people].filter((part) => part !== null).join(" · ") || null,
    },
  ];
}

function Sum({ terms, label, total }: { terms: Term[]; label: string; total: Money | null }) {
  const { format } = useShop();
  return (
    <dl className="sum">
      {terms.map(({ label: name, money, note }, place) => (
        <div className={css["sum-row"]} key={name}>
          <dt>
            {place > 0 && <span className={css["sum-sign"]}>+ </span>}
            {name}
            {note && <span className={`muted ${css["sum-note"]}`}>{note}</span>}
          </dt>
          <dd className="figure">{money ? format.money(money) : NOTHING}</dd>
        </div>
      ))}
      <div className={`${css["sum-row"]} sum-total`}>
        <dt>
          <span className={css["sum-sign"]}>= </span>
          {label}
        </dt>
        <dd className="figure">{total && format.money(total)}</dd>
      </div>
    </dl>
  );
}

/** "a year" or "90 days" */
export function horizon({ horizon_days: days }: CustomerValue, format: Format): string {
  return days === null || days === 365 ? "a year" : `${format.count(days)} days`;
}

export function Breakdown({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { possible_up_to: possible } = customer;
  return (
    <>
      <Section title={`Expected over ${horizon(customer, format)}`}>
        <Sum terms={expectedTerms(customer, format)} label="Value" total={customer.value} />
      </Section>
      <Section title="Brought so far">
        <Sum terms={broughtTerms(customer, format)} label="Brought" total={customer.brought} />
        {possible && Number(possible.amount) > 0 && (
          <p className={css.possible}>
            <span>Possible, up to</span> <span className="figure">{format.money(possible)}</span>
            <span className={`muted ${css["possible-note"]}`}>
              From buying together with friends. Not shown to be influence, so it is in no total.
            </span>
          </p>
        )}
      </Section>
    </>
  );
}
