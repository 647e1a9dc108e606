// What a person can do about each problem: the page where it is mended, or who can help.

export interface Mending {
  /** The link's words, and the page that it opens. */
  label?: string;
  to?: string;
  /** What to do outside of the panel. */
  text?: string;
}

const GRANT: Mending = { label: "Look at the app's permissions", to: "/settings" };
const REQUESTS: Mending = { label: "Answer the requests", to: "/privacy-settings" };
const HAND_OFF: Mending = { label: "Look at the hand-off", to: "/settings" };
const OPERATOR: Mending = { text: "Whoever runs the app for you can help with this." };
const WAIT: Mending = {
  text: "Nothing is lost meanwhile. If it lasts longer than a day, ask whoever runs the app for you.",
};

const MENDING: Record<string, Mending> = {
  "influence-scoring-failed": { label: "Look at the runs", to: "/runs" },
  "influence-segment-refused": { label: "Change the segment", to: "/segments" },
  "influence-writeback-denied": GRANT,
  "influence-writeback-attribute": GRANT,
  "influence-perks-denied": GRANT,
  "influence-writeback-failed": {
    text: "Correct in Saleor what it says; the records are written again with the next full run.",
    label: "Look at the runs",
    to: "/runs",
  },
  "influence-code-leaks": { label: "Look at the codes", to: "/discounts" },
  "influence-rights-overdue": REQUESTS,
  "influence-writeback-unreachable": WAIT,
  "influence-saleor-silent": WAIT,
  "influence-reconcile-failed": WAIT,
  "influence-history-failed": WAIT,
};

const BEGINNINGS: [string, Mending][] = [
  ["influence-app-", { label: "Look at the network's settings", to: "/privacy-settings" }],
  ["influence-network-", { label: "Look at the profiles", to: "/profiles" }],
  ["influence-hand-off", HAND_OFF],
];

export function mendingOf(key: string): Mending {
  const known = MENDING[key];
  if (known !== undefined) return known;
  return BEGINNINGS.find(([beginning]) => key.startsWith(beginning))?.[1] ?? OPERATOR;
}
