// Perks that they were drawn for: what they have, what they are asked, and the way not to want it.

import { wanted } from "./because.js";
import { h } from "./dom.js";
import { forward } from "./forward.js";
import { note, really } from "./views.js";

export function perks(app) {
  const { words, statement } = app;
  if (!statement.perks.length) return null;
  return h("div", { class: "card" },
    h("h3", { id: "perks", tabindex: "-1" }, words.t("perks.title")),
    h("p", {}, words.t("perks.about")),
    statement.perks.map((one) => perk(app, one)));
}

function perk(app, one) {
  const { words } = app;
  const place = `perk-${one.id}`;
  const refuse = () => app.deed(place, () => app.api.post(`/perks/${one.id}/decline`, {}), { done: "perks.declined.done", then: "perks" });
  const isAsked = one.invitation && one.state === "given";
  const state = one.is_over && one.state === "given" ? "over" : one.state;
  return h("div", { class: "contest" },
    h("h4", { id: `${place}-title`, tabindex: "-1" }, one.title),
    isAsked ? invitation(app, one, place) : h("p", {}, words.t(`perks.${state}`, { from: words.day(one.drawn_at), to: words.day(one.ends_at) })),
    one.code && !one.referral && h("p", {}, words.t("perks.code"), " ", h("code", {}, one.code)),
    one.app_applies && h("p", {}, words.t("perks.applied")),
    one.referral && !one.is_over && forward(app, one),
    h("p", { class: "small" }, whyDrawn(app, one)),
    ["staged", "given"].includes(state) && (app.asked === place
      ? really(app, place, { text: words.t("perks.really"), yes: words.t("perks.yes"), deed: refuse })
      : h("button", { type: "button", id: place, onclick: () => app.ask(place) }, words.t("perks.decline"))),
    note(app, place));
}

function whyDrawn({ words, statement }, { is_open: isRegular, segment, conditions }) {
  if (isRegular) return words.t("perks.regular");
  if (segment !== null) return words.t("perks.segment", { title: words.known(`segment.${segment}`, segment) });
  const said = wanted(words, conditions, statement.value.currency);
  return said === null ? words.t("perks.choice") : words.t("perks.conditions", { conditions: said });
}

/** An invitation to try something early: where it stands, yes, and once they are in what they think. */
function invitation(app, one, place) {
  const { words } = app;
  const { state, answer_by: until, link, questions } = one.invitation;
  const accept = () => app.deed(place, () => app.api.post(`/perks/${one.id}/accept`, {}), { then: `${place}-title` });
  return [
    h("p", {}, words.t(`beta.${state}`, { until: until && words.moment(until), to: words.day(one.ends_at) })),
    link && h("p", {}, h("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, words.t("beta.link"))),
    ["invited", "expired"].includes(state) && h("p", {}, h("button", { type: "button", id: `${place}-accept`, class: "main", "aria-disabled": app.busy && "true", onclick: accept }, words.t("beta.accept"))),
    questions.length > 0 && asked(app, one, place),
  ];
}

function asked(app, { id, invitation: { questions, answers } }, place) {
  const { words } = app;
  const submit = (event) => {
    event.preventDefault();
    const given = {};
    for (const { number, kind } of questions) {
      const said = new FormData(event.target).get(`${place}-${number}`)?.trim();
      if (said) given[number] = kind === "rating" ? Number(said) : said;
    }
    app.deed(place, () => app.api.post(`/perks/${id}/answers`, { answers: given }), { done: "beta.answered" });
  };
  return h("form", { id: `${place}-questions`, onsubmit: submit },
    h("p", {}, words.t("beta.questions")),
    questions.map((one) => question(app, one, `${place}-${one.number}`, answers[one.number])),
    h("button", { type: "submit", id: `${place}-answer`, "aria-disabled": app.busy && "true" }, words.t("beta.answer")));
}

function question(app, { kind, text, options }, field, said) {
  if (kind === "text") {
    return [
      h("label", { for: field }, text),
      h("textarea", { id: field, name: field, rows: 3, maxlength: 1000, value: said ?? "" }),
    ];
  }
  const choices = kind === "rating" ? ["1", "2", "3", "4", "5"] : options;
  return h("fieldset", {},
    h("legend", {}, text),
    kind === "rating" && h("p", { class: "small" }, app.words.t("beta.scale")),
    choices.map((choice, place) => h("label", { class: "choice", for: `${field}-${place}` },
      h("input", { type: "radio", id: `${field}-${place}`, name: field, value: choice, checked: String(said ?? "") === choice }), " ", choice)));
}
