// The staff member's token: who hands it out, and whether it is still good.

/** Where requests take their token from: the Dashboard, through the app bridge. */
export interface TokenSource {
  current: () => string | undefined;
  /** Resolves to a token other than the current one, or rejects with TOKEN_EXPIRED. */
  renewed: () => Promise<string>;
}

/** A token is renewed a little before its time, since a request takes time as well. */
const LEEWAY_SECONDS = 5;

/** What a token says of itself; nothing where it cannot be read. */
function claimsOf(token: string): { exp?: unknown; user_id?: unknown } {
  const payload = token.split(".")[1];
  if (!payload) return {};
  try {
    const text = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

/** Seconds since 1970 at which the token ends; null when it does not say or cannot be read. */
export function expiryOf(token: string): number | null {
  const { exp } = claimsOf(token);
  return typeof exp === "number" ? exp : null;
}

/** The Saleor id of the staff member; null when the token does not say or cannot be read. */
export function userOf(token: string): string | null {
  const { user_id: id } = claimsOf(token);
  return typeof id === "string" ? id : null;
}

/** Only a hint that saves a request: the server has the last word on every token. */
export function isExpired(token: string, nowMs: number): boolean {
  const expiry = expiryOf(token);
  return expiry !== null && expiry - LEEWAY_SECONDS <= nowMs / 1000;
}
