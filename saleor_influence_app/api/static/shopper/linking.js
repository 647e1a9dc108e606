// Linking a profile: shoppers prove at the network that it is theirs, in another window or by a text in the profile.

import { focus } from "./dom.js";

const KEPT = "influence";
const WINDOW = "popup,width=640,height=800";

export class Linking {
  /** By network: what is to be done next, as the API said it. */
  begun = {};

  constructor(app) {
    this.app = app;
    const back = new URLSearchParams(location.hash.slice(1));
    this.back = back.get("state") ? Object.fromEntries(back) : null;
    if (this.back) history.replaceState(null, "", location.pathname + location.search);
    addEventListener("message", (event) => this.#hear(event));
    this.remember();
  }

  /** Keep which shop's page this is for the page that a network sends the browser back to; no token, no name. */
  remember() {
    const { app } = this;
    const kept = { shop: app.shop, language: app.words.language, theme: document.documentElement.dataset.theme };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing: then only a window that we opened can hand its answer over.
    }
  }

  async begin(network, method, handle) {
    const { app } = this;
    const where = `link-${network}`;
    // Opened in the click itself: later a browser takes it for an advertisement.
    const other = method === "oauth" ? window.open("about:blank", "influence-link", WINDOW) : null;
    await app.deed(where, async () => {
      try {
        this.begun[network] = await app.api.post("/links", { network, method, handle });
      } catch (error) {
        other?.close();
        throw error;
      }
      const { url } = this.begun[network];
      if (url && !/^https?:/.test(url)) throw new TypeError("not an address of a network");
      if (other) other.location.href = url;
      else if (url && !app.embedded) location.assign(url);
    });
    if (this.begun[network]) focus(`next-${network}`);
  }

  /** The shopper says that the text is in the profile. */
  finish(network) {
    const { link_id } = this.begun[network];
    return this.#finish(network, { link_id });
  }

  cancel(network) {
    delete this.begun[network];
    this.app.notes = {};
    this.app.draw();
    focus(`handle-${network}`);
  }

  /** Back in this very tab, and signed in again. */
  async resume() {
    const { back } = this;
    this.back = null;
    if (back && this.app.view === "page") await this.#returned(back);
  }

  #hear(event) {
    if (event.origin !== location.origin || event.data?.type !== "influence:returned") return;
    const { state, code, error } = event.data;
    const ours = Object.values(this.begun).some((one) => one.method === "oauth" && state?.startsWith(`${one.link_id}.`));
    if (!ours) return;
    event.source.postMessage({ type: "influence:taken" }, location.origin);
    this.#returned({ state, code, error });
  }

  async #returned({ state, code, error }) {
    await this.app.idle;
    const found = Object.entries(this.begun).find(([, one]) => state.startsWith(`${one.link_id}.`));
    const network = found?.[0];
    const where = network ? `link-${network}` : "page";
    if (code) return this.#finish(network, { state, code });
    delete this.begun[network];
    this.app.note(where, "bad", this.app.words.t(error === "access_denied" ? "link.denied" : "link.failed"));
    this.app.draw();
  }

  #finish(network, proof) {
    const where = network ? `link-${network}` : "page";
    return this.app.deed(
      where,
      async () => {
        await this.app.api.post("/links/finish", proof);
        if (network) delete this.begun[network];
      },
      { done: "link.done", then: network ? `network-${network}` : "title" },
    );
  }
}
