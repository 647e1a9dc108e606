// What a person can do about each problem: the page where it is mended, or who can help.

import type { Key } from "../words/keys";

export interface Mending {
  /** The link's words, and the page that it opens. */
  label?: Key;
  to?: string;
  /** What to do outside of the panel. */
  text?: Key;
}

const GRANT: Mending = { label: "overview.mend.permissions", to: "/settings" };
const REQUESTS: Mending = { label: "overview.mend.requests", to: "/privacy-settings" };
const HAND_OFF: Mending = { label: "overview.mend.handoff", to: "/settings" };
const OPERATOR: Mending = { text: "overview.mend.operator" };
const WAIT: Mending = {
  text: "overview.mend.wait",
};

const MENDING: Record<string, Mending> = {
  "influence-scoring-failed": { label: "overview.mend.runs", to: "/runs" },
  "influence-segment-refused": { label: "overview.mend.segment", to: "/segments" },
  "influence-writeback-denied": GRANT,
  "influence-writeback-attribute": GRANT,
  "influence-perks-denied": GRANT,
  "influence-writeback-failed": {
    text: "overview.mend.written",
    label: "overview.mend.runs",
    to: "/runs",
  },
  "influence-code-leaks": { label: "overview.mend.codes", to: "/discounts" },
  "influence-rights-overdue": REQUESTS,
  "influence-writeback-unreachable": WAIT,
  "influence-saleor-silent": WAIT,
  "influence-reconcile-failed": WAIT,
  "influence-history-failed": WAIT,
};

const BEGINNINGS: [string, Mending][] = [
  ["influence-app-", { label: "overview.mend.network", to: "/privacy-settings" }],
  ["influence-network-", { label: "overview.mend.profiles", to: "/profiles" }],
  ["influence-hand-off", HAND_OFF],
];

export function mendingOf(key: string): Mending {
  const known = MENDING[key];
  if (known !== undefined) return known;
  return BEGINNINGS.find(([beginning]) => key.startsWith(beginning))?.[1] ?? OPERATOR;
}
