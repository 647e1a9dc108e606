// The shopper's page: sign in, see, decide. Reading order: page, session, profiles, consents, statement.

import { Api, Refused } from "./api.js";
import { focus, h, say, show } from "./dom.js";
import { Linking } from "./linking.js";
import { Embedded, Guest, SignInFailed, Standalone } from "./session.js";
import { askForLink, frame, gate, loading, main, networkName, signIn } from "./views.js";
import { LANGUAGES, Words } from "./words.js";

const root = document.documentElement;
const query = new URLSearchParams(location.search);
const place = document.getElementById("page");
const shop = query.get("saleorApiUrl") ?? "";
const embedded = window.parent !== window;
const isGuest = location.pathname.endsWith("/guest");

const app = {
  shop,
  embedded,
  isGuest,
  controller: root.dataset.controller,
  words: null,
  session: null,
  api: null,
  linking: null,
  /** What is shown: loading, sign-in, ask (for a guest's link), wait (for the storefront), gate (with `why`), or page. */
  view: "loading",
  why: null,
  about: null,
  statement: null,
  invitation: null,
  /** The shopper's own word that they are old enough, until a consent says so. */
  oldEnough: false,
  /** The country that they chose on this page. */
  country: null,
  /** By tick: the text that they had read when another one took its place. */
  read: {},
  /** By place: what the last deed there led to. */
  notes: {},
  /** The tick that is on its way to the ledger. */
  ticked: null,
  /** What the last erasure deleted, to be kept by the shopper. */
  certificate: null,
  /** The action that waits for confirmation, by its place. */
  asked: null,
  busy: false,
  /** What the note to the shop is about, where it is more than words: kind, about and a label. */
  contesting: null,
  /** Settles when the deed that is being done is over. */
  idle: Promise.resolve(),

  draw() {
    const { words } = app;
    root.lang = words.language;
    document.title = words.t("page.title");
    const inner = { loading, "sign-in": signIn, ask: askForLink, wait: gate, gate, page: main }[app.view](app);
    show(place, frame(app, inner));
  },

  note(where, kind, text, detail = "") {
    app.notes = { [where]: { kind, text, detail } };
    say(detail && app.words.language === "en" ? `${text} ${detail}` : text);
  },

  /** Do something for the shopper; then read again what is held, and `where` says how it went. */
  async deed(where, action, { done = null, then = null } = {}) {
    if (app.busy) return app.draw();
    app.busy = true;
    let over;
    app.idle = new Promise((settle) => (over = settle));
    app.notes = {};
    app.draw();
    try {
      const waits = (await action())?.waits;
      app.statement = await app.api.get("/statement");
      app.asked = null;
      if (waits) app.note(where, "bad", app.words.t("forgetting.waits"));
      else if (done) app.note(where, "good", app.words.t(done));
    } catch (error) {
      app.fail(where, error);
    } finally {
      app.busy = false;
      app.ticked = null;
      over();
      app.draw();
      if (then && app.view === "page") focus(then);
    }
  },

  fail(where, error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) return app.signedOut("ended");
    const { words } = app;
    const network = where.startsWith("link-") ? networkName(where.slice("link-".length)) : words.t("some.network");
    const why = words.refusal(error.reason, network);
    if (why) return app.note(where, "bad", why);
    const plain = words.known(`error.${error.code}`, words.t("error.FAILED"));
    app.note(where, "bad", plain, ["INVALID_INPUT", "NETWORK_REFUSED", "NETWORK_BUSY"].includes(error.code) ? error.message : "");
  },

  /** Ask for confirmation; null = no, and nothing changes. */
  ask(where) {
    const former = app.asked;
    app.asked = where;
    app.notes = {};
    app.draw();
    focus(where ? `${where}-really` : former);
  },

  async load() {
    app.view = "loading";
    app.draw();
    try {
      const language = app.words.language;
      [app.about, app.statement] = await Promise.all([app.api.get("/about", { language }), app.api.get("/statement")]);
      app.view = "page";
      if (!app.about.by_link) await app.readInvitation();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) return app.signedOut("refused");
      app.view = "gate";
      app.why = app.words.has(`gate.${error.code}`) ? error.code : "UNAVAILABLE";
    }
    app.draw();
    focus("title");
    await app.linking?.resume();
  },

  async readInvitation() {
    const token = query.get("invitation");
    if (!token || app.invitation) return;
    try {
      app.invitation = await app.api.get("/invitation", { token });
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 401) throw error;
      app.invitation = { over: true };
    }
  },

  signedOut(why = null) {
    app.session.end();
    Object.assign(app, { about: null, statement: null, invitation: null, notes: {}, asked: null, oldEnough: false, country: null, read: {}, contesting: null });
    app.view = isGuest ? "ask" : embedded ? "wait" : "sign-in";
    app.why = why;
    app.draw();
    focus("title");
  },

  /** A guest asks for the link; the answer is the same whether the address is known or not. */
  async askForLink(email) {
    if (app.busy) return;
    app.busy = true;
    app.notes = {};
    app.draw();
    try {
      const { by_mail: byMail, hours } = await app.api.post("/guest-links", { email, language: app.words.language });
      app.note("ask", byMail ? "good" : "", app.words.t(byMail ? "guest.sent" : "guest.nomail", { hours }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const key = error.code === "INVALID_INPUT" ? "guest.address" : error.code === "TOO_MANY_ATTEMPTS" ? "guest.toomany" : `error.${error.code}`;
      app.note("ask", "bad", app.words.known(key, app.words.t("error.FAILED")));
    }
    app.busy = false;
    app.draw();
  },

  async signIn(email, password) {
    if (app.busy) return;
    app.busy = true;
    app.notes = {};
    app.draw();
    try {
      await app.session.signIn(email, password);
    } catch (error) {
      if (!(error instanceof SignInFailed)) throw error;
      const key = app.words.has(`signin.${error.message}`) ? error.message : "REFUSED";
      app.note("signin", "bad", app.words.t(`signin.${key}`));
    }
    app.busy = false;
    if (app.session.token) return app.load();
    app.draw();
    focus("password");
  },

  async speak(language) {
    if (!LANGUAGES.includes(language) || language === app.words.language) return;
    app.words = await Words.load(language);
    app.notes = {};
    const here = new URL(location.href);
    here.searchParams.set("lang", language);
    history.replaceState(null, "", here);
    if (app.view === "page") app.about = await app.api.get("/about", { language }).catch(() => app.about);
    app.draw();
    app.linking?.remember();
  },
};

async function begin() {
  app.words = await Words.load(root.lang);
  if (root.dataset.state === "unknown") {
    app.view = "gate";
    app.why = "SHOP_UNKNOWN";
    return app.draw();
  }
  const onToken = (other) => (other || app.view !== "page") && !app.busy && app.load();
  const onTheme = (theme) => ["light", "dark", "auto"].includes(theme) && (root.dataset.theme = theme);
  const storefronts = root.dataset.storefronts.split(" ").filter(Boolean);
  const onLanguage = (language) => app.speak(language);
  const onSignedOut = () => app.signedOut();
  if (isGuest) {
    app.session = new Guest();
    app.api = new Api(shop, app.session);
    if (app.session.token) return app.load();
    app.view = "ask";
    return app.draw();
  }
  app.session = embedded
    ? new Embedded({ storefronts, onToken, onSignedOut, onLanguage, onTheme })
    : new Standalone({ shop });
  app.api = new Api(shop, app.session);
  app.linking = new Linking(app);
  if (!embedded) {
    app.view = "sign-in";
    return app.draw();
  }
  app.draw();
  if (!(await app.session.begin())) app.signedOut();
}

begin().catch((error) => {
  console.error(error);
  show(place, h("main", { class: "bare" }, h("h1", {}, "…"), h("p", { role: "alert" }, app.words?.t("error.FAILED") ?? "Something went wrong. Please open the page again.")));
});
