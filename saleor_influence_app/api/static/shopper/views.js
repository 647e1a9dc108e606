// The page's parts around what the shopper decides and sees: head, waiting, refusal, sign-in, and the page put together.

import { held } from "./held.js";
import { contests, erasing, exports_, history, objection, requests } from "./rights.js";
import { h } from "./dom.js";
import { general, profiles } from "./profiles.js";
import { estimates } from "./statement.js";
import { namings, survey } from "./survey.js";
import { languageName, LANGUAGES } from "./words.js";

export function frame(app, inner) {
  const { words } = app;
  const languages = LANGUAGES.map((code) =>
    h("button", { type: "button", id: `speak-${code}`, lang: code, "aria-pressed": String(code === words.language), onclick: () => app.speak(code) }, languageName(code)),
  );
  const out = ["standalone", "guest"].includes(app.session?.kind) && app.session.token;
  return [
    h("header", { class: "head" },
      h("nav", { class: "languages", "aria-label": words.t("languages") }, languages),
      out && h("button", { type: "button", id: "sign-out", class: "plain", onclick: () => app.signedOut() }, words.t("signout"))),
    h("main", { "aria-busy": String(app.view === "loading" || app.busy) }, inner),
  ];
}

export function title(app) {
  const { words, controller } = app;
  return [
    h("h1", { id: "title" }, words.t("page.title")),
    controller && h("p", { class: "lead" }, words.t("page.lead", { controller })),
  ];
}

export function note(app, where) {
  const found = app.notes[where];
  if (!found) return null;
  const detail = found.detail && h("span", { lang: "en", class: "detail" }, ` ${found.detail}`);
  return h("p", { class: `note ${found.kind}` }, found.text, detail);
}

export function loading(app) {
  return [title(app), h("p", { role: "status" }, app.words.t("loading")), [1, 2].map(() => h("div", { class: "card shape", "aria-hidden": "true" }))];
}

export function gate(app) {
  const { words } = app;
  const why = app.why ? `gate.${app.why}` : "gate.wait";
  const again = ["UNAVAILABLE", "TOO_MANY_ATTEMPTS", "SALEOR_UNREACHABLE", "OFFLINE"].includes(app.why);
  return [
    title(app),
    h("section", { class: "card", "aria-labelledby": "gate" },
      h("h2", { id: "gate" }, words.t(`${why}.title`)),
      h("p", {}, words.t(why)),
      again && h("button", { type: "button", id: "again", class: "main", onclick: () => app.load() }, words.t("again"))),
  ];
}

export function signIn(app) {
  const { words } = app;
  const submit = (event) => {
    event.preventDefault();
    const { email, password } = event.target.elements;
    app.signIn(email.value, password.value);
  };
  return [
    title(app),
    h("form", { class: "card", "aria-labelledby": "signin", onsubmit: submit },
      h("h2", { id: "signin" }, words.t("signin.title")),
      app.why && h("p", { class: "note" }, words.t(`gate.${app.why}`)),
      h("p", { id: "signin-about" }, words.t("signin.about")),
      h("label", { for: "email" }, words.t("signin.email")),
      h("input", { id: "email", name: "email", type: "email", autocomplete: "username", required: true, value: document.getElementById("email")?.value ?? "" }),
      h("label", { for: "password" }, words.t("signin.password")),
      h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", required: true, "aria-describedby": "signin-about" }),
      note(app, "signin"),
      h("button", { type: "submit", id: "signin-go", class: "main", "aria-disabled": app.busy && "true" }, words.t("signin.go"))),
    h("p", {}, h("a", { id: "to-guest", href: other("/shopper", "/shopper/guest") }, words.t("guest.link"))),
  ];
}

export function askForLink(app) {
  const { words } = app;
  const submit = (event) => {
    event.preventDefault();
    app.askForLink(event.target.elements.email.value.trim());
  };
  return [
    title(app),
    h("form", { class: "card", "aria-labelledby": "ask", onsubmit: submit },
      h("h2", { id: "ask" }, words.t("guest.title")),
      app.why && h("p", { class: "note" }, words.t("guest.ended")),
      h("p", { id: "ask-about" }, words.t("guest.about")),
      h("label", { for: "email" }, words.t("signin.email")),
      h("input", { id: "email", name: "email", type: "email", autocomplete: "email", required: true, maxlength: 320, "aria-describedby": "ask-about", value: document.getElementById("email")?.value ?? "" }),
      note(app, "ask"),
      h("button", { type: "submit", id: "ask-go", class: "main", "aria-disabled": app.busy && "true" }, words.t("guest.go"))),
    h("p", {}, h("a", { id: "to-account", href: other("/shopper/guest", "/shopper") }, words.t("guest.account"))),
  ];
}

/** Return the address of the same shop's other page. */
function other(from, to) {
  return location.pathname.replace(new RegExp(`${from}$`), to) + location.search;
}

export function main(app) {
  const { words, about, statement } = app;
  return [
    title(app),
    h("p", {}, about.controller_contact ? words.t("contact", { contact: about.controller_contact }) : words.t("contact.shop")),
    !about.enabled && linkedSome(statement) && h("p", { class: "note" }, words.t("paused")),
    !statement.takes_part && h("p", { class: "note" }, standing(app)),
    statement.notices.map((one) => h("p", { class: "note" }, words.known(`notice.${one.kind}`, one.kind, { network: networkName(one.network) }), " ", h("time", { datetime: one.at }, words.day(one.at)))),
    invitation(app),
    note(app, "page"),
    (about.enabled || linkedSome(statement)) && !about.by_link && [profiles(app), general(app)],
    namings(app),
    held(app),
    survey(app),
    estimates(app),
    statement.consents.length + statement.erasures.length > 0 && history(app),
    contests(app),
    requests(app),
    h("section", { "aria-labelledby": "copy" },
      h("h2", { id: "copy" }, words.t("rights.title")),
      exports_(app),
      objection(app),
      erasing(app)),
  ];
}

function linkedSome(statement) {
  return statement.profiles.length + statement.consents.length > 0;
}

function standing({ words, statement: { standing: found } }) {
  const day = (value) => words.day(value);
  return found.erased_at ? words.t("standing.erased", { day: day(found.erased_at) }) : words.t("standing.objected", { day: day(found.objected_at) });
}

function invitation({ words, invitation: found }) {
  if (!found) return null;
  if (found.over) return h("p", { class: "note" }, words.t("invitation.over"));
  const network = networkName(found.network);
  return h("p", { class: "note" }, words.t(found.handle ? "invitation.handle" : "invitation.plain", { network, handle: found.handle }));
}

const NAMES = JSON.parse(document.documentElement.dataset.networks);

export function networkName(network) {
  return NAMES[network] ?? network;
}

/** A question in place of a dialogue: what happens, and the two answers. */
export function really(app, where, { text, yes, deed }) {
  const { words } = app;
  const no = () => app.ask(null);
  return h("div", { class: "really", role: "group", "aria-labelledby": `${where}-really`, onkeydown: (event) => event.key === "Escape" && no() },
    h("p", { id: `${where}-really` }, text),
    h("div", { class: "buttons" },
      h("button", { type: "button", id: `${where}-yes`, class: "grave", "aria-disabled": app.busy && "true", onclick: deed }, yes),
      h("button", { type: "button", id: `${where}-no`, onclick: no }, words.t("keep"))));
}
