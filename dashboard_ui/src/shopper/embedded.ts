// A page within a storefront: the session comes by messages of the window around it, from origins the shop has named.

import type { Session } from "./session";

const PATIENCE = 8000;

export interface Heard {
  /** A token has come; `other`: of another customer than before. */
  onToken(other: boolean): void;
  onSignedOut(): void;
  onLanguage(language: unknown): void;
  onTheme(theme: unknown): void;
}

interface Message {
  type?: string;
  token?: unknown;
  language?: unknown;
  theme?: unknown;
}

export class Embedded implements Session {
  readonly kind = "embedded";
  readonly scheme = "Bearer";
  token: string | null = null;
  #origin: string | null = null;
  #waiting: (() => void)[] = [];

  constructor(
    private readonly storefronts: readonly string[],
    private readonly heard: Heard,
  ) {
    addEventListener("message", (event: MessageEvent<Message | null>) => {
      this.#hear(event);
    });
    new ResizeObserver(() => {
      this.#grown();
    }).observe(document.body);
  }

  /** Ask the storefront for the session; it may also come unasked, at any time. */
  begin(): Promise<boolean> {
    this.#tell({ type: "influence:ready", version: 1 }, "*");
    return this.#arrival();
  }

  /** Return true once the storefront has handed over another token. */
  renew(): Promise<boolean> {
    const arrival = this.#arrival();
    this.#tell({ type: "influence:session-wanted" });
    return arrival;
  }

  end(): void {
    this.token = null;
  }

  #arrival(): Promise<boolean> {
    return new Promise((settle) => {
      const timer = setTimeout(() => {
        settle(false);
      }, PATIENCE);
      this.#waiting.push(() => {
        clearTimeout(timer);
        settle(true);
      });
    });
  }

  #tell(message: object, origin = this.#origin): void {
    if (origin) window.parent.postMessage(message, origin);
  }

  #grown(): void {
    this.#tell({ type: "influence:height", height: document.documentElement.scrollHeight });
  }

  #hear({ source, origin, data }: MessageEvent<Message | null>): void {
    if (source !== window.parent || !this.storefronts.includes(origin)) return;
    this.#origin = origin;
    if (data?.type === "influence:session" && typeof data.token === "string")
      this.#arrive(data.token);
    else if (data?.type === "influence:signed-out") {
      this.end();
      this.heard.onSignedOut();
    } else if (data?.type === "influence:language") this.heard.onLanguage(data.language);
    else if (data?.type === "influence:theme") this.heard.onTheme(data.theme);
  }

  #arrive(token: string): void {
    const other = whose(this.token) !== whose(token);
    this.token = token;
    for (const arrived of this.#waiting.splice(0)) arrived();
    this.heard.onToken(other);
    this.#grown();
  }
}

/** Return the customer whom a token names, unchecked: only to see that it is another one. */
function whose(token: string | null): unknown {
  try {
    const claims = (token ?? "").split(".")[1] ?? "";
    const text = atob(claims.replaceAll("-", "+").replaceAll("_", "/"));
    return (JSON.parse(text) as { user_id?: unknown }).user_id;
  } catch {
    return null;
  }
}
