// What is held of somebody without any consent, and why; what is wrong in it can be contested, row by row.

import type { App } from "../app";
import type { Shown } from "../state";
import { focus } from "../dom";
import { tieName } from "../ties";
import { Button } from "./Button";
import { Table } from "./Table";

const OF_ORDERS = ["email", "address", "card"] as const;
const ORDERS = ["number", "day", "amount", "wrong"] as const;
const TIES = ["tie", "direction", "since", "wrong"] as const;

export function Held(shown: Shown) {
  const { app, words, statement } = shown;
  const { orders } = statement;
  const held = OF_ORDERS.filter((name) => orders.some((one) => one[`has_${name}`]));
  return (
    <section aria-labelledby="held">
      <h2 id="held">{words.t("held.title")}</h2>
      <p>{words.t("held.about")}</p>
      <div class="card">
        <p>
          {orders.length ? words.t("held.orders", { count: orders.length }) : words.t("held.none")}
        </p>
        <ul>
          {held.map((name) => (
            <li key={name}>{words.t(`held.${name}`)}</li>
          ))}
        </ul>
        {orders.length > 0 && (
          <Table
            id="orders"
            summary={words.t("held.list", { count: orders.length })}
            heads={ORDERS.map((name) => words.t(`held.column.${name}`))}
            rows={orders.map(({ order_id: about, number, created_at: at, charged }) => [
              number,
              words.day(at),
              words.money(charged),
              <Wrong
                key={about}
                app={app}
                fact={{ kind: "order", about, label: words.t("contest.kind.order", { number }) }}
              />,
            ])}
          />
        )}
      </div>
      <Ties {...shown} />
      <Households {...shown} />
    </section>
  );
}

function Ties({ app, words, statement }: Shown) {
  const { tie_rows: rows, ties: counts } = statement;
  if (!rows.length) return null;
  const since = (one: (typeof rows)[number]) =>
    one.since ? words.day(one.since) : words.t("unsaid");
  return (
    <div class="card">
      <h3>{words.t("ties.title")}</h3>
      <p>{words.t("ties.about")}</p>
      <ul>
        {counts.map(({ kind, may_be_led: led, may_lead: lead }) => (
          <li key={kind}>{words.t("ties.one", { kind: tieName(words, kind), led, lead })}</li>
        ))}
      </ul>
      <Table
        id="ties"
        summary={words.t("held.ties", { count: rows.length })}
        heads={TIES.map((name) => words.t(`held.column.${name}`))}
        rows={rows.map((one) => {
          const label = `${tieName(words, one.kind)}, ${since(one)}`;
          return [
            tieName(words, one.kind),
            words.t(one.may_be_led ? "held.follows" : "held.leads"),
            since(one),
            <Wrong key="wrong" app={app} fact={{ kind: "tie", about: one.handle, label }} />,
          ];
        })}
      />
    </div>
  );
}

function Households({ app, words, statement }: Shown) {
  const { households: rows } = statement;
  if (!rows.length) return null;
  return (
    <div class="card">
      <h3>{words.t("home.title")}</h3>
      <p>{words.t("home.about")}</p>
      <ul>
        {rows.map(({ by, handle: about }) => {
          const reasons = by.map((name) => words.t(`home.${name}`)).join(", ");
          const label = words.t("home.one", { by: reasons });
          return (
            <li key={about}>
              {label} <Wrong app={app} fact={{ kind: "household", about, label }} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface Fact {
  kind: "order" | "tie" | "household";
  about: string;
  label: string;
}

/** A button that begins a note to the shop about this very row. */
function Wrong({ app, fact }: { app: App; fact: Fact }) {
  const begin = () => {
    app.choose({ contesting: fact });
    focus("wrong");
  };
  return (
    <Button id={`contest-${fact.kind}-${fact.about}`} look="plain" onClick={begin}>
      {app.words.t(`contest.${fact.kind}`)}
    </Button>
  );
}
