// The post-purchase survey: one question about one order. No cookie, no storage, no sign-in.
//
// The address' fragment names the order (#order=<Saleor id>), or holds its token (#token=…). Of an order, Saleor
// itself is asked for the token: whoever knows the order's id may read it there, an account or a guest.

import { Api, Refused } from "./api.js";
import { focus, h, say, show } from "./dom.js";
import { Words } from "./words.js";

const CHANNELS = ["friend", "advert", "search", "social", "other", "nobody"];
const TOKEN = "query($id: ID!) { order(id: $id) { metafield(key: \"influence.survey\") } }";
const WAIT = 1500;
const PATIENCE = 45_000;
const root = document.documentElement;
const place = document.getElementById("page");
const shop = new URLSearchParams(location.search).get("saleorApiUrl") ?? "";
const given = new URLSearchParams(location.hash.slice(1));
// Neither the history nor a copied address is to hold a token.
if (given.get("token")) history.replaceState(null, "", location.pathname + location.search);

const session = { scheme: "Order", token: given.get("token"), renew: async () => false };
const api = new Api(shop, session);
let words;
let busy = false;
let channel = null;
let trouble = "";

async function begin() {
  words = await Words.load(root.lang);
  document.title = words.t("thanks.title");
  if (root.dataset.state === "unknown" || !(session.token || given.get("order"))) return tell("wrong");
  if (!session.token) {
    show(place, heading(), h("p", { role: "status" }, words.t("thanks.wait")));
    session.token = await tokenOf(given.get("order"));
  }
  if (!session.token) return tell("late", true);
  try {
    const asked = await api.get("/thanks", { language: words.language });
    asked.is_open ? ask() : tell("used");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    failed(error);
  }
}

/** Return the token that stands with the order in Saleor, once it does; null after a while. */
async function tokenOf(order) {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const body = JSON.stringify({ query: TOKEN, variables: { id: order } });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(shop, { method: "POST", headers, body, credentials: "omit" }).catch(() => null);
    const token = (await answer?.json().catch(() => null))?.data?.order?.metafield;
    if (token) return token;
    if (Date.now() > until) return null;
    await new Promise((settle) => setTimeout(settle, WAIT));
  }
}

function heading(key = "thanks.title") {
  return h("h1", { id: "title" }, words.t(key));
}

function ask() {
  const choose = (event) => ((channel = event.target.value), (trouble = ""), ask());
  show(place,
    h("form", { class: "card", "aria-labelledby": "title", onsubmit: send },
      h("p", {}, words.t("thanks.lead")),
      h("fieldset", {},
        h("legend", {}, h("h1", { id: "title" }, words.t("thanks.question"))),
        CHANNELS.map((one) => h("label", { class: "choice", for: one },
          h("input", { type: "radio", id: one, name: "channel", value: one, checked: one === channel, onchange: choose }), " ", words.t(`thanks.${one}`)))),
      channel === "friend" && [
        h("label", { for: "friend-name" }, words.t("thanks.who")),
        h("input", { id: "friend-name", name: "friend", type: "text", maxlength: 320, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "friend-hint" }),
        h("p", { id: "friend-hint", class: "small" }, words.t("thanks.who.hint")),
      ],
      trouble && h("p", { class: "note bad" }, trouble),
      h("div", { class: "buttons" },
        h("button", { type: "submit", id: "send", class: "main", "aria-disabled": busy && "true" }, words.t("thanks.go")),
        h("span", { class: "small" }, words.t("thanks.optional")))));
}

async function send(event) {
  event.preventDefault();
  if (busy) return;
  const friend = document.getElementById("friend-name")?.value.trim() ?? "";
  if (!channel) {
    trouble = words.t("thanks.choose");
    say(trouble);
    return ask();
  }
  busy = true;
  trouble = "";
  ask();
  try {
    await api.post("/thanks", { channel, friend });
    tell("done");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    failed(error);
  } finally {
    busy = false;
  }
}

function failed(error) {
  if (error.status === 401 || error.status === 409) return tell("used");
  if (error.code === "SURVEY_OFF") return tell("off");
  trouble = words.known(`error.${error.code}`, words.t("error.FAILED"));
  say(trouble);
  busy = false;
  ask();
}

function tell(key, again = false) {
  const title = words.has(`thanks.${key}.title`) ? `thanks.${key}.title` : "thanks.title";
  show(place,
    h("section", { class: "card" },
      heading(title),
      h("p", {}, words.t(`thanks.${key}`)),
      again && h("button", { type: "button", id: "again", class: "main", onclick: begin }, words.t("again"))));
  focus("title");
  say(words.t(`thanks.${key}`));
}

// Within a storefront: how high this page is, and nothing else, is told to the window around it.
if (window.parent !== window) {
  const grown = () => window.parent.postMessage({ type: "influence:height", height: root.scrollHeight }, "*");
  new ResizeObserver(grown).observe(document.body);
}

begin().catch((error) => {
  console.error(error);
  show(place, h("h1", {}, "…"), h("p", { role: "alert" }, words?.t("error.FAILED") ?? "Something went wrong. Please open the page again."));
});
