// The staff member's token: who hands it out, and whether it is still good.

/** Where requests take their token from: the Dashboard, through the app bridge. */
export interface TokenSource {
  current: () => string | undefined;
  /** Resolves to a token other than the current one, or rejects with TOKEN_EXPIRED. */
  renewed: () => Promise<string>;
}

/** A token is renewed a little before its time, since a request takes time as well. */
const LEEWAY_SECONDS = 5;

/** Seconds since 1970 at which the token ends; null when it does not say or cannot be read. */
export function expiryOf(token: string): number | null {
  const payload = token.split(".")[1];
  if (!payload) return null;
  try {
    const text = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
    const claims = JSON.parse(text) as { exp?: unknown } | null;
    return typeof claims?.exp === "number" ? claims.exp : null;
  } catch {
    return null;
  }
}

/** Only a hint that saves a request: the server has the last word on every token. */
export function isExpired(token: string, nowMs: number): boolean {
  const expiry = expiryOf(token);
  return expiry !== null && expiry - LEEWAY_SECONDS <= nowMs / 1000;
}
