// What the page keeps for the page that a network sends the browser back to; no token, no name.

const KEY = "influence";

export interface Kept {
  shop?: string;
  language?: string;
  theme?: string;
}

/** Keep it for this tab, if the browser keeps anything. */
export function keep(kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing: then only a window that we opened can hand its answer over.
  }
}

/** Return what was kept in this tab; nothing where the browser keeps nothing. */
export function recall(): Kept {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? "{}") ?? {}) as Kept;
  } catch {
    return {}; // the page that opened this one is still there
  }
}
