// Ticks: each consent by itself, never ticked for anybody, with the text to the letter and its version.

import { country, lacks } from "./ages.js";
import { marked } from "./changed.js";
import { h, save } from "./dom.js";
import { networkName, note, really } from "./views.js";

/** How a row says that somebody has proven since that the profile is theirs: it repeats their yes. */
export const OWNERSHIP = "ownership: ";

function rowsOf(statement, purpose, network) {
  return statement.consents.filter((row) => row.purpose === purpose && row.network === network);
}

/** Return the row of the ledger by which they agree to this now, if they do. */
export function given(statement, purpose, network = null) {
  const rows = rowsOf(statement, purpose, network);
  if (rows.at(-1)?.action !== "given") return null;
  return rows.findLast((row) => !row.proof.startsWith(OWNERSHIP));
}

export function tick(app, { purpose, network = null, name, needs = null }) {
  const { words, about, statement } = app;
  const id = ["tick", purpose, network].filter(Boolean).join("-");
  const row = given(statement, purpose, network);
  const asked = about.wordings.find((one) => one.purpose === purpose && one.network === network);
  if (!row && !asked) return null;
  const text = row ? { text: row.wording, version: row.wording_version, language: row.language } : asked;
  const change = () => (row ? app.ask(id) : agree(app, id, asked, needs));
  const withdraw = () => app.deed(id, () => app.api.delete("/consents", { purpose, network }), { done: "consent.withdrawn", then: id });
  return h("div", { class: "tick" },
    h("input", { id, type: "checkbox", checked: Boolean(row) || app.ticked === id, "aria-describedby": `${id}-text ${id}-version`, onchange: change }),
    h("label", { for: id }, name),
    h("blockquote", { id: `${id}-text`, lang: text.language }, row ? text.text : marked(text.text, before(app, id, text))),
    h("p", { id: `${id}-version`, class: "small" }, row
      ? words.t("consent.since", { version: text.version, day: words.moment(row.at) })
      : words.t("consent.version", { version: text.version })),
    receipt(app, id, rowsOf(statement, purpose, network).at(-1)),
    app.asked === id && really(app, id, {
      text: words.t(words.has(`withdraw.${purpose}`) ? `withdraw.${purpose}` : "withdraw.other"),
      yes: words.t("withdraw.yes"),
      deed: withdraw,
    }),
    row && asked && again(app, id, { row, asked }),
    note(app, id));
}

/** Agree to the text as it was shown; if it is another one meanwhile, that is shown, and nothing was stored. */
function agree(app, id, asked, needs = null) {
  const missing = lacks(app);
  if (missing || needs) {
    app.note(missing ? "age" : id, "bad", missing ?? needs);
    app.draw();
    if (missing) (document.getElementById("age") ?? document.getElementById("country"))?.focus();
    return;
  }
  if (app.busy) return app.draw();
  const { purpose, network, text_hash, language } = asked;
  app.ticked = id;
  app.deed(id, async () => {
    try {
      await app.api.post("/consents", { purpose, network, text_hash, language, country: country(app), old_enough: true });
      delete app.read[id];
    } catch (error) {
      if (error.code === "TEXT_CHANGED") app.read[id] = asked;
      throw error;
    } finally {
      app.about = await app.api.get("/about", { language: app.words.language });
    }
  }, { done: "consent.given" });
}

/** Return the text that somebody read before this one, to mark what changed; null: none in this language. */
function before(app, id, text) {
  const read = app.read[id];
  return read?.language === text.language ? read.text : null;
}

/** What was agreed to before the shop's settings changed: why they are asked again, and the text of now. */
function again(app, id, { row, asked }) {
  const { words, about } = app;
  const found = about.asked_again.find((one) => one.purpose === row.purpose && one.network === row.network);
  if (!found) return null;
  const isSame = asked.text === row.wording;
  const read = app.read[id] ?? { text: row.wording, language: row.language };
  const meanwhile = !found.paused ? "again.holds" : row.network ? "again.paused" : "again.unused";
  const network = networkName(row.network);
  return h("div", { class: "again", role: "group", "aria-labelledby": `${id}-again-title` },
    h("p", { id: `${id}-again-title` }, h("strong", {}, words.t("again.title"))),
    h("ul", {}, found.changes.map((one) => h("li", {}, words.t(`again.${one}`, { controller: about.controller_name, network })))),
    h("p", {}, words.t(meanwhile)),
    !isSame && [
      h("p", { class: "small" }, words.t("again.text")),
      h("blockquote", { id: `${id}-again-text`, lang: asked.language }, marked(asked.text, read.language === asked.language ? read.text : null)),
    ],
    h("button", { type: "button", id: `${id}-again`, class: "main", "aria-disabled": app.busy && "true", onclick: () => agree(app, id, asked) }, words.t(isSame ? "again.same" : "again.go")));
}

/** The receipt of a decision, to be kept: a signed file. */
export function receipt(app, id, row) {
  if (!row) return null;
  const fetched = () => app.deed(id, async () => save(`consent-receipt-${row.number}.json`, await app.api.get(`/consents/${row.number}/receipt`)), { done: "receipt.done" });
  return h("p", { class: "small" },
    h("button", { type: "button", id: `${id}-receipt`, class: "plain", "aria-disabled": app.busy && "true", onclick: fetched }, app.words.t(`receipt.${row.action}`, { number: row.number })));
}
