// Linking a profile: shoppers prove at the network that it is theirs, in another window or by a text in the profile.

import type { components } from "../schema";
import { said } from "./api/client";
import type { App } from "./app";
import { focus } from "./dom";
import { keep } from "./kept";

const WINDOW = "popup,width=640,height=800";
export type Begun = components["schemas"]["LinkBegun"];
export type Method = Begun["method"];

/** What a network's page hands back. */
interface Returned {
  state: string;
  code?: string | null;
  error?: string | null;
}

export class Linking {
  /** By network: what is to be done next, as the API said it. */
  begun: Partial<Record<string, Begun>> = {};
  #back: Returned | null;

  constructor(private readonly app: App) {
    const back = new URLSearchParams(location.hash.slice(1));
    const state = back.get("state");
    this.#back = state ? { state, code: back.get("code"), error: back.get("error") } : null;
    if (state) history.replaceState(null, "", location.pathname + location.search);
    addEventListener(
      "message",
      (event: MessageEvent<(Partial<Returned> & { type?: string }) | null>) => {
        this.#hear(event);
      },
    );
    this.remember();
  }

  /** Keep which shop's page this is for the page that a network sends the browser back to. */
  remember(): void {
    const { shop } = this.app.place;
    const { theme = "auto" } = document.documentElement.dataset;
    keep({ shop, language: this.app.words.language, theme });
  }

  async begin(network: string, method: Method, handle: string): Promise<void> {
    // Opened in the click itself: later a browser takes it for an advertisement.
    const other = method === "oauth" ? window.open("about:blank", "influence-link", WINDOW) : null;
    await this.app.deed(`link-${network}`, async () => {
      try {
        const body = { network, method, handle };
        this.begun[network] = await said(this.app.client.POST("/api/shopper/links", { body }));
      } catch (error) {
        other?.close();
        throw error;
      }
      this.#leave(this.begun[network].url, other);
    });
    if (this.begun[network]) focus(`next-${network}`);
  }

  #leave(url: string | null, other: Window | null): void {
    if (!url) return;
    if (!/^https?:/.test(url)) throw new TypeError("not an address of a network");
    if (other) other.location.href = url;
    else if (this.app.place.session.kind !== "embedded") location.assign(url);
  }

  /** The shopper says that the text is in the profile. */
  async finish(network: string): Promise<void> {
    const begun = this.begun[network];
    if (begun) await this.#finish(network, { link_id: begun.link_id });
  }

  cancel(network: string): void {
    this.#forget(network);
    this.app.notes = {};
    this.app.draw();
    focus(`handle-${network}`);
  }

  /** Back in this very tab, and signed in again. */
  async resume(): Promise<void> {
    const back = this.#back;
    this.#back = null;
    if (back && this.app.view === "page") await this.#returned(back);
  }

  #hear({
    origin,
    source,
    data,
  }: MessageEvent<(Partial<Returned> & { type?: string }) | null>): void {
    if (origin !== location.origin || data?.type !== "influence:returned") return;
    const { state, code, error } = data;
    const network = state ? this.#networkOf(state) : null;
    if (!state || !network || this.begun[network]?.method !== "oauth") return;
    source?.postMessage({ type: "influence:taken" }, { targetOrigin: location.origin });
    void this.#returned({ state, code: code ?? null, error: error ?? null });
  }

  #networkOf(state: string): string | null {
    const all = Object.entries(this.begun);
    return all.find(([, one]) => one && state.startsWith(`${one.link_id}.`))?.[0] ?? null;
  }

  async #returned({ state, code, error }: Returned): Promise<void> {
    await this.app.idle;
    const network = this.#networkOf(state);
    if (code) {
      await this.#finish(network, { state, code });
      return;
    }
    this.#forget(network);
    const why = error === "access_denied" ? "link.denied" : "link.failed";
    this.app.note(network ? `link-${network}` : "page", "bad", this.app.words.t(why));
    this.app.draw();
  }

  async #finish(network: string | null, body: components["schemas"]["FinishInput"]): Promise<void> {
    await this.app.deed(
      network ? `link-${network}` : "page",
      async () => {
        await said(this.app.client.POST("/api/shopper/links/finish", { body }));
        this.#forget(network);
      },
      { done: "link.done", then: network ? `network-${network}` : "title" },
    );
  }

  #forget(network: string | null): void {
    this.begun = Object.fromEntries(Object.entries(this.begun).filter(([key]) => key !== network));
  }
}
