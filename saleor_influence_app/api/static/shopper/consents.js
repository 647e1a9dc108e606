// Ticks: each consent by itself, never ticked for her, with the text to the letter and its version.

import { h } from "./dom.js";
import { note, really } from "./views.js";

/** How a row says that she has proven since that the profile is hers: it repeats her yes. */
export const OWNERSHIP = "ownership: ";

/** Return the row of the ledger by which she agrees to this now, if she does. */
export function given(statement, purpose, network = null) {
  const rows = statement.consents.filter((row) => row.purpose === purpose && row.network === network);
  if (rows.at(-1)?.action !== "given") return null;
  return rows.findLast((row) => !row.proof.startsWith(OWNERSHIP));
}

export function isOldEnough(app) {
  return app.oldEnough || app.statement.consents.some((row) => row.action === "given");
}

/** The tick for her age, until a consent of hers holds it. */
export function age(app) {
  const { words, about } = app;
  if (!about.enabled || app.statement.consents.some((row) => row.action === "given")) return null;
  const change = (event) => {
    app.oldEnough = event.target.checked;
    app.notes = {};
    app.draw();
  };
  return h("div", { class: "card tick" },
    h("input", { id: "age", type: "checkbox", checked: app.oldEnough, onchange: change }),
    h("label", { for: "age" }, words.t("age", { years: about.minimum_age })),
    note(app, "age"));
}

export function tick(app, { purpose, network = null, name, needs = null }) {
  const { words, about, statement } = app;
  const id = ["tick", purpose, network].filter(Boolean).join("-");
  const row = given(statement, purpose, network);
  const asked = about.wordings.find((one) => one.purpose === purpose && one.network === network);
  if (!row && !asked) return null;
  const text = row ? { text: row.wording, version: row.wording_version, language: row.language } : asked;
  const change = (event) => {
    if (row) return app.ask(id);
    if (!isOldEnough(app)) {
      app.note("age", "bad", words.t("age.first", { years: about.minimum_age }));
      app.draw();
      return document.getElementById("age").focus();
    }
    if (needs) {
      app.note(id, "bad", needs);
      return app.draw();
    }
    const tick = { purpose, network, wording_version: asked.version, language: asked.language, old_enough: true };
    if (app.busy) return app.draw();
    app.ticked = id;
    app.deed(id, () => app.api.post("/consents", tick), { done: "consent.given" });
  };
  const withdraw = () => app.deed(id, () => app.api.delete("/consents", { purpose, network }), { done: "consent.withdrawn", then: id });
  return h("div", { class: "tick" },
    h("input", { id, type: "checkbox", checked: Boolean(row) || app.ticked === id, "aria-describedby": `${id}-text ${id}-version`, onchange: change }),
    h("label", { for: id }, name),
    h("blockquote", { id: `${id}-text`, lang: text.language }, text.text),
    h("p", { id: `${id}-version`, class: "small" }, row
      ? words.t("consent.since", { version: text.version, day: words.moment(row.at) })
      : words.t("consent.version", { version: text.version })),
    app.asked === id && really(app, id, {
      text: words.t(purpose === "link" || purpose === "score" ? `withdraw.${purpose}` : "withdraw.other"),
      yes: words.t("withdraw.yes"),
      deed: withdraw,
    }),
    note(app, id));
}
