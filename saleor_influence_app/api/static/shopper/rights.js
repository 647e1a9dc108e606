// Their rights: the record of decisions, a word against what is wrong, a copy, the objection, and the erasure.

import { OWNERSHIP, receipt } from "./consents.js";
import { h, save } from "./dom.js";
import { networkName, note, really } from "./views.js";

export function history(app) {
  const { words, statement } = app;
  const { consents, erasures } = statement;
  const purpose = (row) => words.t(`purpose.${row.purpose}`) + (row.network ? ` · ${networkName(row.network)}` : "");
  const action = ({ action, proof }) => {
    if (!proof.startsWith(OWNERSHIP)) return words.t(`history.${action}`);
    const how = proof.slice(OWNERSHIP.length);
    return words.t("history.proven", { how: words.known(`proof.${how}`, how) });
  };
  const decision = (row) => h("div", { class: "contest" },
    h("p", { class: "small" }, `${words.t("history.number")} ${words.number(row.number)} · ${words.moment(row.at)}`),
    h("p", {}, h("strong", {}, `${purpose(row)}: ${action(row)}`)),
    row.wording !== "" && [
      h("blockquote", { lang: row.language }, row.wording),
      h("p", { class: "small" }, `${words.t("history.version")} ${row.wording_version} (${row.language})`),
    ],
    receipt(app, `row-${row.number}`, row));
  return h("section", { "aria-labelledby": "history" },
    h("h2", { id: "history" }, words.t("history.title")),
    h("div", { class: "card" },
      h("p", {}, words.t("history.about")),
      consents.length === 0 && h("p", {}, words.t("history.none")),
      consents.length > 0 && h("details", { id: "ledger" },
        h("summary", { id: "ledger-open" }, words.t("history.rows", { count: consents.length })),
        consents.map(decision)),
      consents.map((row) => note(app, `row-${row.number}`)),
      erasures.length > 0 && [
        h("h3", {}, words.t("erasures.title")),
        h("ul", {}, erasures.map((row) => h("li", {}, `${row.network ? networkName(row.network) : words.t("erasures.all")}: ${words.t(`erasures.${row.state}`)} (${words.moment(row.asked_at)})`))),
      ]));
}

export function contests(app) {
  const { words, statement } = app;
  const submit = (event) => {
    event.preventDefault();
    const field = event.target.elements.wrong;
    const text = field.value.trim();
    const { kind = "other", about = null } = app.contesting ?? {};
    app.deed("contest", async () => {
      await app.api.post("/contests", { text, kind, about });
      document.getElementById("wrong").value = "";
      app.contesting = null;
    }, { done: "contest.done", then: "contests" });
  };
  return h("section", { "aria-labelledby": "contests" },
    h("h2", { id: "contests" }, words.t("contest.title")),
    h("form", { class: "card", onsubmit: submit },
      statement.contests.map((one) => h("div", { class: "contest" },
        h("p", { class: "small" }, words.moment(one.at)),
        h("blockquote", {}, one.text),
        one.kind !== "other" && h("p", { class: "small" }, words.t(`contest.kind.${one.kind}`, { number: numberOf(statement, one.order_id) })),
        one.answer
          ? h("p", {}, h("strong", {}, words.t("contest.answer", { day: words.day(one.answered_at) })), " ", one.answer, one.outcome && ` ${words.t(`contest.${one.outcome}`)}`)
          : h("p", { class: "small" }, words.t(new Date(one.due_at) < new Date() ? "contest.late" : "contest.due", { day: words.day(one.due_at) })))),
      statement.corrections.length > 0 && [
        h("h3", {}, words.t("corrected.title")),
        h("ul", {}, statement.corrections.map((one) => h("li", {}, words.t(`contest.kind.${one.kind}`, { number: numberOf(statement, one.order_id) }), ` (${words.day(one.made_at)})`))),
      ],
      app.contesting && h("p", { id: "contest-about", class: "note" }, words.t("contest.about"), " ", h("strong", {}, app.contesting.label), " ",
        h("button", { type: "button", id: "contest-cancel", class: "plain", onclick: () => ((app.contesting = null), app.draw()) }, words.t("cancel"))),
      h("label", { for: "wrong" }, words.t("contest.label")),
      h("p", { id: "wrong-hint", class: "small" }, words.t("contest.hint")),
      h("textarea", { id: "wrong", name: "wrong", rows: 4, maxlength: 2000, required: true, "aria-describedby": "wrong-hint" }),
      note(app, "contest"),
      h("button", { type: "submit", id: "contest-go", "aria-disabled": app.busy && "true" }, words.t("contest.go"))));
}

function numberOf(statement, orderId) {
  return statement.orders.find((one) => one.order_id === orderId)?.number ?? "";
}

export function requests({ words, statement }) {
  const open = statement.requests.filter((one) => !one.done_at);
  if (!open.length) return null;
  return h("section", { "aria-labelledby": "requests" },
    h("h2", { id: "requests" }, words.t("requests.title")),
    h("div", { class: "card" }, h("ul", {}, open.map((one) => h("li", {}, words.t("requests.one", { kind: words.t(`requests.${one.kind}`), received: words.day(one.received_at), due: words.day(one.due_at) }))))));
}

/** "Nothing is to be computed about me", and the way back. */
export function objection(app) {
  const { words, statement: { takes_part: takesPart } } = app;
  const object = () => app.deed("objection", () => app.api.post("/objection"), { done: "objection.done", then: "objection-title" });
  const back = () => app.deed("objection", () => app.api.delete("/objection"), { done: "objection.ended", then: "objection-title" });
  return h("div", { class: "card" },
    h("h3", { id: "objection-title" }, words.t("objection.title")),
    h("p", {}, words.t(takesPart ? "objection.about" : "objection.stands")),
    note(app, "objection"),
    !takesPart
      ? h("button", { type: "button", id: "objection", "aria-disabled": app.busy && "true", onclick: back }, words.t("objection.back"))
      : app.asked === "objection"
        ? really(app, "objection", { text: words.t("objection.really"), yes: words.t("objection.yes"), deed: object })
        : h("button", { type: "button", id: "objection", "aria-disabled": app.busy && "true", onclick: () => app.ask("objection") }, words.t("objection.go")));
}

function dated(name) {
  return `${name}-${new Date().toISOString().slice(0, 10)}.json`;
}

export function exports_(app) {
  const { words } = app;
  const fetched = () => app.deed("export", async () => save(dated("influence"), await app.api.get("/export")), { done: "export.done" });
  return h("div", { class: "card" },
    h("h3", {}, words.t("export.title")),
    h("p", {}, words.t("export.about")),
    h("button", { type: "button", id: "export", "aria-disabled": app.busy && "true", onclick: fetched }, words.t("export.go")),
    note(app, "export"));
}

export function erasing(app) {
  const { words } = app;
  const erase = () => app.deed("erase", async () => {
    const answer = await app.api.post("/erase");
    app.certificate = answer && { ...answer, waits: undefined };
    return answer;
  }, { done: "erase.done", then: "erase-title" });
  return h("div", { class: "card" },
      h("h3", { id: "erase-title" }, words.t("erase.title")),
      h("p", {}, words.t("erase.about")),
      note(app, "erase"),
      app.certificate && h("p", {}, h("button", { type: "button", id: "certificate", onclick: () => save(dated("erased"), app.certificate) }, words.t("erase.certificate"))),
      app.asked === "erase"
        ? really(app, "erase", { text: words.t("erase.really"), yes: words.t("erase.yes"), deed: erase })
        : h("button", { type: "button", id: "erase", class: "grave", "aria-disabled": app.busy && "true", onclick: () => app.ask("erase") }, words.t("erase.go")));
}
