// What they responded to the shop's survey, and that others named them: seen, agreed to and deleted here.

import { h } from "./dom.js";
import { table } from "./statement.js";
import { note } from "./views.js";

export function survey(app) {
  const { words, statement: { survey_responses: rows } } = app;
  if (!rows.length && !app.notes.survey) return null;
  const remove = (id) => app.deed("survey", () => app.api.delete(`/survey-responses/${id}`), { done: "survey.deleted", then: "survey" });
  return h("section", { "aria-labelledby": "survey" },
    h("h2", { id: "survey" }, words.t("survey.title")),
    h("div", { class: "card" },
      h("p", {}, words.t("survey.about")),
      note(app, "survey"),
      rows.length > 0 && table("survey-rows", words.t("survey.list", { count: rows.length }), ["day", "order", "response", "delete"].map((name) => words.t(`survey.column.${name}`)), rows.map((one) => [
        words.day(one.responded_at), one.order_number ?? "–", words.t(`thanks.${one.channel}`),
        h("button", { type: "button", id: `survey-${one.id}`, class: "plain", "aria-disabled": app.busy && "true", onclick: () => remove(one.id) }, words.t("survey.delete")),
      ]))));
}

export function namings(app) {
  const { words, about, statement: { namings: rows } } = app;
  if (!rows.length && !app.notes.namings) return null;
  const agree = (id) => app.deed("namings", () => app.api.post(`/namings/${id}/agree`), { done: "naming.done.agreed", then: "namings" });
  const refuse = (id) => app.deed("namings", () => app.api.delete(`/namings/${id}`), { done: "naming.done.refused", then: "namings" });
  const button = (name, id, deed) => h("button", { type: "button", id: `naming-${name}-${id}`, "aria-disabled": app.busy && "true", onclick: () => deed(id) }, words.t(`naming.${name}`));
  return h("section", { "aria-labelledby": "namings" },
    h("h2", { id: "namings" }, words.t("naming.title")),
    h("div", { class: "card" },
      h("p", {}, words.t("naming.about")),
      note(app, "namings"),
      rows.map((one) => h("div", { class: "contest" },
        h("p", {}, words.t("naming.one", { day: words.day(one.named_at) }), " ", one.agreed_at && words.t("naming.agreed", { day: words.day(one.agreed_at) })),
        !about.by_link && h("div", { class: "buttons" },
          !one.agreed_at && button("agree", one.id, agree),
          button("refuse", one.id, refuse))))));
}
