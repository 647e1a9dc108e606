// The page's parts around what she decides and sees: head, waiting, refusal, sign-in, and the page put together.

import { contests, exports_, history } from "./rights.js";
import { h } from "./dom.js";
import { general, profiles } from "./profiles.js";
import { estimates } from "./statement.js";
import { LANGUAGES } from "./words.js";

export function frame(app, inner) {
  const { words } = app;
  const languages = Object.entries(LANGUAGES).map(([code, name]) =>
    h("button", { type: "button", id: `speak-${code}`, lang: code, "aria-pressed": String(code === words.language), onclick: () => app.speak(code) }, name),
  );
  const out = app.session?.kind === "standalone" && app.session.token;
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
    h("h1", { id: "title" }, words.t("title")),
    controller && h("p", { class: "lead" }, words.t("lead", { controller })),
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
  ];
}

export function main(app) {
  const { words, about, statement } = app;
  return [
    title(app),
    h("p", {}, words.t("contact", { contact: about.controller_contact })),
    !about.enabled && h("p", { class: "note" }, words.t("paused")),
    statement.notices.map((one) => h("p", { class: "note" }, words.known(`notice.${one.kind}`, one.kind, { network: networkName(one.network) }), " ", h("time", { datetime: one.at }, words.day(one.at)))),
    invitation(app),
    note(app, "page"),
    profiles(app),
    general(app),
    estimates(app),
    history(app),
    contests(app),
    exports_(app),
  ];
}

function invitation({ words, invitation: found }) {
  if (!found) return null;
  if (found.over) return h("p", { class: "note" }, words.t("invitation.over"));
  const network = networkName(found.network);
  return h("p", { class: "note" }, words.t(found.handle ? "invitation.handle" : "invitation.plain", { network, handle: found.handle }));
}

const NAMES = { mastodon: "Mastodon", bluesky: "Bluesky", youtube: "YouTube", instagram: "Instagram", tiktok: "TikTok", x: "X", reddit: "Reddit" };

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
