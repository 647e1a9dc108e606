// What else is hers: the record of her decisions, a word against a number, a copy of everything, and the end.

import { OWNERSHIP } from "./consents.js";
import { h } from "./dom.js";
import { table } from "./statement.js";
import { networkName, note, really } from "./views.js";

export function history({ words, statement }) {
  const { consents, erasures } = statement;
  const purpose = (row) => words.t(`purpose.${row.purpose}`) + (row.network ? ` · ${networkName(row.network)}` : "");
  const action = ({ action, proof }) => {
    if (!proof.startsWith(OWNERSHIP)) return words.t(`history.${action}`);
    const how = proof.slice(OWNERSHIP.length);
    return words.t("history.proven", { how: words.known(`proof.${how}`, how) });
  };
  const heads = ["number", "at", "what", "action", "version", "text"].map((name) => words.t(`history.${name}`));
  return h("section", { "aria-labelledby": "history" },
    h("h2", { id: "history" }, words.t("history.title")),
    h("div", { class: "card" },
      h("p", {}, words.t("history.about")),
      consents.length === 0 && h("p", {}, words.t("history.none")),
      consents.length > 0 && table("ledger", words.t("history.rows", { count: consents.length }), heads, consents.map((row) => [
        words.number(row.number), words.moment(row.at), purpose(row), action(row), `${row.wording_version} (${row.language})`, h("span", { lang: row.language }, row.wording)])),
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
    app.deed("contest", async () => {
      await app.api.post("/contests", { text });
      document.getElementById("wrong").value = "";
    }, { done: "contest.done", then: "contests" });
  };
  return h("section", { "aria-labelledby": "contests" },
    h("h2", { id: "contests" }, words.t("contest.title")),
    h("form", { class: "card", onsubmit: submit },
      statement.contests.map((one) => h("div", { class: "contest" },
        h("p", { class: "small" }, words.moment(one.at)),
        h("blockquote", {}, one.text),
        one.answer ? h("p", {}, h("strong", {}, words.t("contest.answer", { day: words.day(one.answered_at) })), " ", one.answer) : h("p", { class: "small" }, words.t("contest.waits")))),
      h("label", { for: "wrong" }, words.t("contest.label")),
      h("p", { id: "wrong-hint", class: "small" }, words.t("contest.hint")),
      h("textarea", { id: "wrong", name: "wrong", rows: 4, maxlength: 4000, required: true, "aria-describedby": "wrong-hint" }),
      note(app, "contest"),
      h("button", { type: "submit", id: "contest-go", "aria-disabled": app.busy && "true" }, words.t("contest.go"))));
}

export function exports_(app) {
  const { words } = app;
  const keep = (content, name) => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
    h("a", { href: url, download: `${name}-${new Date().toISOString().slice(0, 10)}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const save = () => app.deed("export", async () => keep(await app.api.get("/export"), "influence"), { done: "export.done" });
  const erase = () => app.deed("erase", async () => {
    const answer = await app.api.post("/erase");
    app.certificate = answer && { ...answer, waits: undefined };
    return answer;
  }, { done: "erase.done", then: "erase-title" });
  return h("section", { "aria-labelledby": "copy" },
    h("h2", { id: "copy" }, words.t("export.title")),
    h("div", { class: "card" },
      h("p", {}, words.t("export.about")),
      h("button", { type: "button", id: "export", "aria-disabled": app.busy && "true", onclick: save }, words.t("export.go")),
      note(app, "export")),
    h("div", { class: "card" },
      h("h3", { id: "erase-title" }, words.t("erase.title")),
      h("p", {}, words.t("erase.about")),
      note(app, "erase"),
      app.certificate && h("button", { type: "button", id: "certificate", onclick: () => keep(app.certificate, "erased") }, words.t("erase.certificate")),
      app.asked === "erase"
        ? really(app, "erase", { text: words.t("erase.really"), yes: words.t("erase.yes"), deed: erase })
        : h("button", { type: "button", id: "erase", class: "grave", "aria-disabled": app.busy && "true", onclick: () => app.ask("erase") }, words.t("erase.go"))));
}
