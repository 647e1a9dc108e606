// What is held of somebody without any consent, and why; what is wrong in it can be contested, row by row.

import { focus, h } from "./dom.js";
import { table, tieName } from "./statement.js";

export function held(app) {
  const { words, statement: { orders } } = app;
  const has = (name) => orders.some((one) => one[name]);
  return h("section", { "aria-labelledby": "held" },
    h("h2", { id: "held" }, words.t("held.title")),
    h("p", {}, words.t("held.about")),
    h("div", { class: "card" },
      h("p", {}, orders.length ? words.t("held.orders", { count: orders.length }) : words.t("held.none")),
      h("ul", {}, ["email", "address", "card"].filter((name) => has(`has_${name}`)).map((name) => h("li", {}, words.t(`held.${name}`)))),
      orders.length > 0 && table("orders", words.t("held.list", { count: orders.length }), ["number", "day", "amount", "wrong"].map((name) => words.t(`held.column.${name}`)), orders.map((one) => [
        one.number, words.day(one.created_at), words.money(one.charged),
        wrong(app, "order", one.order_id, words.t("contest.order"), words.t("contest.kind.order", { number: one.number })),
      ]))),
    ties(app),
    households(app));
}

function ties(app) {
  const { words, statement: { tie_rows: rows, ties: counts } } = app;
  if (!rows.length) return null;
  return h("div", { class: "card" },
    h("h3", {}, words.t("ties.title")),
    h("p", {}, words.t("ties.about")),
    h("ul", {}, counts.map((one) => h("li", {}, words.t("ties.one", { kind: tieName(words, one.kind), led: one.may_be_led, lead: one.may_lead })))),
    table("ties", words.t("held.ties", { count: rows.length }), ["tie", "direction", "since", "wrong"].map((name) => words.t(`held.column.${name}`)), rows.map((one) => [
      tieName(words, one.kind), words.t(one.may_be_led ? "held.follows" : "held.leads"), one.since ? words.day(one.since) : words.t("unsaid"),
      wrong(app, "tie", one.handle, words.t("contest.tie"), `${tieName(words, one.kind)}, ${one.since ? words.day(one.since) : words.t("unsaid")}`),
    ])));
}

function households(app) {
  const { words, statement: { households: rows } } = app;
  if (!rows.length) return null;
  return h("div", { class: "card" },
    h("h3", {}, words.t("home.title")),
    h("p", {}, words.t("home.about")),
    h("ul", {}, rows.map((one) => {
      const by = one.by.map((name) => words.t(`home.${name}`)).join(", ");
      return h("li", {}, words.t("home.one", { by }), " ", wrong(app, "household", one.handle, words.t("contest.household"), words.t("home.one", { by })));
    })));
}

/** A button that begins a note to the shop about this very row. */
function wrong(app, kind, about, text, label) {
  const begin = () => {
    app.contesting = { kind, about, label };
    app.notes = {};
    app.draw();
    focus("wrong");
  };
  return h("button", { type: "button", id: `contest-${kind}-${about}`, class: "plain", onclick: begin }, text);
}
