// The session of an account that signs in here, or of a guest: a token, in memory alone.

import type { Bearer } from "./api/client";
import { createToken, refreshToken } from "./api/saleor";

export interface Session extends Bearer {
  kind: "embedded" | "standalone" | "guest";
  end(): void;
}

export class SignInFailed extends Error {}

/** A page of its own: the shopper signs in to the shop from here; the password goes to the shop and nowhere else. */
export class Standalone implements Session {
  readonly kind = "standalone";
  readonly scheme = "Bearer";
  token: string | null = null;
  #refresh: string | null = null;
  #renewal: Promise<boolean> | null = null;

  constructor(private readonly shop: string) {}

  /** Sign in to the shop; throws `SignInFailed` with the shop's code. */
  async signIn(email: string, password: string): Promise<void> {
    const made = await createToken(this.shop, email, password).catch(() => null);
    if (!made?.token) throw new SignInFailed(made?.errors?.[0]?.code ?? "UNREACHABLE");
    this.token = made.token;
    this.#refresh = made.refreshToken ?? null;
  }

  /** Return true once the session has a new token; requests that need one at the same moment share it. */
  renew(): Promise<boolean> {
    this.#renewal ??= this.#renewed().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #renewed(): Promise<boolean> {
    const former = this.#refresh;
    if (!former) return false;
    const token = await refreshToken(this.shop, former);
    // The shopper may have signed out meanwhile, or in as somebody else: what comes late is nobody's session.
    if (this.#refresh !== former) return false;
    this.token = token;
    return token !== null;
  }

  end(): void {
    this.token = this.#refresh = null;
  }
}

/** The page of somebody who ordered without an account: the token is in the fragment of the link they were given. */
export class Guest implements Session {
  readonly kind = "guest";
  readonly scheme = "Guest";
  token: string | null;

  constructor() {
    this.token = new URLSearchParams(location.hash.slice(1)).get("token");
    // Neither the history nor a copied address is to hold it.
    if (this.token) history.replaceState(null, "", location.pathname + location.search);
  }

  renew(): Promise<boolean> {
    return Promise.resolve(false);
  }

  end(): void {
    this.token = null;
  }
}
