// The session: a token of the shop, in memory alone. A storefront hands it over, or the shopper signs in here.

const SIGN_IN = `mutation($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token refreshToken errors { code } }
}`;
const REFRESH = "mutation($token: String!) { tokenRefresh(refreshToken: $token) { token errors { code } } }";
const PATIENCE = 8000;

export class SignInFailed extends Error {}

/** A page within a storefront: messages go to and from the window around it, from origins that the shop has named. */
export class Embedded {
  kind = "embedded";
  token = null;
  #origin = null;
  #waiting = [];

  constructor({ storefronts, onToken, onSignedOut, onLanguage, onTheme }) {
    this.storefronts = storefronts;
    this.heard = { onToken, onSignedOut, onLanguage, onTheme };
    addEventListener("message", (event) => this.#hear(event));
    const grown = () => this.#tell({ type: "influence:height", height: document.documentElement.scrollHeight });
    new ResizeObserver(grown).observe(document.body);
    this.grown = grown;
  }

  /** Ask the storefront for the session; it may also come unasked, at any time. */
  begin() {
    this.#tell({ type: "influence:ready", version: 1 }, "*");
    return this.#arrival();
  }

  /** Return true once the storefront has handed over another token. */
  renew() {
    const arrival = this.#arrival();
    this.#tell({ type: "influence:session-wanted" });
    return arrival;
  }

  end() {
    this.token = null;
  }

  #arrival() {
    return new Promise((settle) => {
      const timer = setTimeout(() => settle(false), PATIENCE);
      this.#waiting.push(() => (clearTimeout(timer), settle(true)));
    });
  }

  #tell(message, origin = this.#origin) {
    if (origin) window.parent.postMessage(message, origin);
  }

  #hear(event) {
    if (event.source !== window.parent || !this.storefronts.includes(event.origin)) return;
    const said = event.data;
    this.#origin = event.origin;
    if (said?.type === "influence:session" && typeof said.token === "string") {
      const other = whose(this.token) !== whose(said.token);
      this.token = said.token;
      for (const arrived of this.#waiting.splice(0)) arrived();
      this.heard.onToken(other);
      this.grown();
    } else if (said?.type === "influence:signed-out") {
      this.end();
      this.heard.onSignedOut();
    } else if (said?.type === "influence:language") this.heard.onLanguage(said.language);
    else if (said?.type === "influence:theme") this.heard.onTheme(said.theme);
  }
}

/** A page of its own: the shopper signs in to the shop from here; the password goes to the shop and nowhere else. */
export class Standalone {
  kind = "standalone";
  token = null;
  #refresh = null;
  #renewal = null;

  constructor({ shop }) {
    this.shop = shop;
  }

  async signIn(email, password) {
    const { tokenCreate: made } = await this.#ask(SIGN_IN, { email, password });
    if (!made?.token) throw new SignInFailed(made?.errors?.[0]?.code ?? "UNREACHABLE");
    this.token = made.token;
    this.#refresh = made.refreshToken;
  }

  /** Return true once the session has a new token; requests that need one at the same moment share it. */
  renew() {
    this.#renewal ??= this.#renewed().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #renewed() {
    const former = this.#refresh;
    if (!former) return false;
    const { tokenRefresh: made } = await this.#ask(REFRESH, { token: former }).catch(() => ({}));
    // The shopper may have signed out meanwhile, or in as somebody else: what comes late is nobody's session.
    if (this.#refresh !== former) return false;
    this.token = made?.token ?? null;
    return this.token !== null;
  }

  end() {
    this.token = this.#refresh = null;
  }

  async #ask(query, variables) {
    try {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ query, variables });
      const answer = await fetch(this.shop, { method: "POST", headers, body, credentials: "omit" });
      return (await answer.json()).data ?? {};
    } catch {
      throw new SignInFailed("UNREACHABLE");
    }
  }
}

/** The page of somebody who ordered without an account: the token is in the fragment of the link they were given. */
export class Guest {
  kind = "guest";
  scheme = "Guest";

  constructor() {
    this.token = new URLSearchParams(location.hash.slice(1)).get("token");
    // Neither the history nor a copied address is to hold it.
    if (this.token) history.replaceState(null, "", location.pathname + location.search);
  }

  async renew() {
    return false;
  }

  end() {
    this.token = null;
  }
}

/** Return the customer whom a token names, unchecked: only to see that it is another one. */
function whose(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).user_id;
  } catch {
    return null;
  }
}
