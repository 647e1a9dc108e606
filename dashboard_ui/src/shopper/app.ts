// How a deed of the shopper's is done, and the page drawn anew.

import { answered, type Client, Refused, said } from "./api/client";
import { focus, say } from "./dom";
import type { Linking } from "./linking";
import { networkName } from "./networks";
import { type Note, State } from "./state";
import type { Key } from "./words";

export class App extends State {
  linking: Linking | null = null;

  get client(): Client {
    return this.place.client;
  }

  draw(): void {
    this.place.show(this);
  }

  note(where: string, kind: Note["kind"], text: string, detail = ""): void {
    this.notes = { [where]: { kind, text, detail } };
    say(detail && this.words.language === "en" ? `${text} ${detail}` : text);
  }

  /** Ask for confirmation; null = no, and nothing changes. */
  ask(where: string | null): void {
    const former = this.asked;
    this.asked = where;
    this.notes = {};
    this.draw();
    focus(where === null ? former : `${where}-really`);
  }

  /** Take over what was chosen on the page. */
  choose(chosen: Partial<Pick<App, "oldEnough" | "country" | "contesting">>): void {
    Object.assign(this, chosen, { notes: {} });
    this.draw();
  }

  /** Do something for the shopper; then read again what is held, and `where` says how it went. */
  async deed(where: string, action: () => Promise<unknown>, after: After = {}): Promise<void> {
    if (this.busy) {
      this.draw();
      return;
    }
    this.busy = true;
    const doing = this.#done(where, action, after);
    this.idle = doing.catch(() => undefined);
    await doing;
    if (after.then && this.view === "page") focus(after.then);
  }

  async #done(where: string, action: () => Promise<unknown>, { done }: After): Promise<void> {
    this.notes = {};
    this.draw();
    try {
      const result = await action();
      this.statement = await said(this.client.GET("/api/shopper/statement"));
      this.asked = null;
      if (result === WAITS) this.note(where, "bad", this.words.t("forgetting.waits"));
      else if (done) this.note(where, "good", this.words.t(done));
    } catch (error) {
      this.fail(where, error);
    } finally {
      this.busy = false;
      this.ticked = null;
      this.draw();
    }
  }

  /** Say at `where` what was refused; what is no refusal is thrown on. */
  fail(where: string, error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      this.signedOut("ended");
      return;
    }
    const { words } = this;
    const network = where.startsWith("link-")
      ? networkName(where.slice(5))
      : words.t("some.network");
    const why = words.refusal(error.reason, network);
    if (why) {
      this.note(where, "bad", why);
      return;
    }
    const plain = words.known(`error.${error.code}`, words.t("error.FAILED"));
    this.note(where, "bad", plain, DETAILED.has(error.code) ? error.message : "");
  }

  /** Forget token and data. */
  signedOut(why: string | null = null): void {
    const { session } = this.place;
    session.end();
    this.forget();
    this.view = ({ guest: "ask", embedded: "wait", standalone: "sign-in" } as const)[session.kind];
    this.why = why;
    this.draw();
    focus("title");
  }
}

interface After {
  /** What to say when it is done. */
  done?: Key;
  /** Where the focus goes then. */
  then?: string;
}

const DETAILED = new Set(["INVALID_INPUT", "NETWORK_REFUSED", "NETWORK_BUSY"]);
/** It is done here, and not yet noted outside of the database. */
export const WAITS = Symbol("waits");

/** Ask for something to be deleted or changed; returns `WAITS` where that is not yet noted. */
export async function noted(asked: Parameters<typeof answered>[0]): Promise<unknown> {
  return (await answered(asked)).waits ? WAITS : null;
}
