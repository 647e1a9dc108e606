// The customer's states and levels in words.

import type { CustomerValue, Evidence } from "../api/questions";
import type { Tone } from "../parts/Chip";

export const EVIDENCE: Record<Evidence, { label: string; step: number; tone: Tone }> = {
  none: { label: "No evidence yet", step: 0, tone: "neutral" },
  little: { label: "Little evidence", step: 1, tone: "neutral" },
  some: { label: "Some evidence", step: 2, tone: "accent" },
  good: { label: "Good evidence", step: 3, tone: "success" },
};

type Unvalued = Exclude<CustomerValue["state"], "valued">;

export const UNVALUED: Record<Unvalued, { title: string; text: string }> = {
  "no-orders": {
    title: "No paid orders yet",
    text: "A value appears after the first paid order of this customer.",
  },
  unknown: {
    title: "Not known here yet",
    text: "This customer has not reached the app. New customers arrive within minutes.",
  },
  "not-yet-run": {
    title: "Not calculated yet",
    text: "Values are calculated after the history has been read, and every night from then on.",
  },
};

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
