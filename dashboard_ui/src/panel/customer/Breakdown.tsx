// What is expected of a customer by term, and beside it what they brought so far: each to the cent, so that it
// adds up, and outside of both what is only possible.

import type { CustomerValue, Money } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Section } from "../parts/Section";
import css from "./customer.module.css";
import { say } from "../words/say";

interface Term {
  label: string;
  money: Money | null;
  note: string | null;
}

const YEAR = 365;

function between(low: Money | null, high: Money | null, format: Format): string | null {
  if (!low || !high) return null;
  return say("customer.range", { low: format.estimate(low), high: format.estimate(high) });
}

/** The three terms of the value. */
export function expectedTerms(customer: CustomerValue, format: Format): Term[] {
  return [
    {
      label: say("customer.expected.clv"),
      money: customer.clv,
      note: between(customer.clv_low, customer.clv_high, format),
    },
    {
      label: say("customer.expected.crv"),
      money: customer.crv_expected,
      note: between(customer.crv_expected_low, customer.crv_expected_high, format),
    },
    {
      label: say("customer.expected.civ"),
      money: customer.civ_expected,
      note: between(customer.civ_expected_low, customer.civ_expected_high, format),
    },
  ];
}

/** What was brought so far, which rows stand behind. */
export function broughtTerms(customer: CustomerValue, format: Format): Term[] {
  const { crv, civ, crv_orders: referred, influenced } = customer;
  const counted = civ !== null && Number(civ.amount) > 0;
  const { civ_estimate: middle, civ_low: low, civ_high: high } = customer;
  const orders = referred ? say("customer.brought.orders", { count: referred }) : null;
  const people =
    counted && influenced ? say("customer.brought.people", { count: influenced }) : null;
  const estimate =
    counted && middle && low && high
      ? say("customer.brought.estimate", {
          money: format.estimate(middle),
          low: format.estimate(low),
          high: format.estimate(high),
        })
      : null;
  return [
    { label: say("customer.brought.crv"), money: crv, note: orders },
    {
      label: say("customer.brought.civ"),
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
          <dd className="figure">{money ? format.money(money) : say("customer.nothing")}</dd>
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

/** Over how many days purchases are expected; a year's are said as a year. */
export function horizonDays({ horizon_days: days }: CustomerValue): number {
  return days ?? YEAR;
}

export function Breakdown({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { possible_up_to: possible } = customer;
  return (
    <>
      <Section title={say("customer.expected", { days: horizonDays(customer) })}>
        <Sum
          terms={expectedTerms(customer, format)}
          label={say("customer.value")}
          total={customer.value}
        />
      </Section>
      <Section title={say("customer.brought")}>
        <Sum
          terms={broughtTerms(customer, format)}
          label={say("customer.brought.sum")}
          total={customer.brought}
        />
        {possible && Number(possible.amount) > 0 && (
          <p className={css.possible}>
            <span>{say("customer.possible")}</span>{" "}
            <span className="figure">{format.money(possible)}</span>
            <span className={`muted ${css["possible-note"]}`}>{say("customer.possible.note")}</span>
          </p>
        )}
      </Section>
    </>
  );
}
