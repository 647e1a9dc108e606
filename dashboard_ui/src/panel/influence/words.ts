// The shop's gate and what was set aside, in words.

import type { Influence } from "../api/questions";
import { sentenceCase } from "../format/format";
import type { Tone } from "../parts/Chip";

export const GATE: Record<Influence["gate"]["state"], { label: string; tone: Tone }> = {
  open: { label: "Influence shows", tone: "success" },
  shut: { label: "Influence does not show", tone: "neutral" },
  "no-ties": { label: "No ties yet", tone: "neutral" },
  "not-yet-run": { label: "Not calculated yet", tone: "neutral" },
};

const ASIDE: Record<string, string> = {
  unpaid: "Not paid, or refunded in full",
  future: "Dated in the future",
  "unknown customer or product": "Without a known customer or product",
  gift: "Gifts and gift cards: nobody's own choice",
};

export function isOpen(gate: Influence["gate"]): boolean {
  return gate.state === "open";
}

/** The gate's sentence without what only a statistician asks for: " (p = 0.005 by 200 shuffles)". */
export function plainly(sentence: string): string {
  return sentence.replace(/ \([^)]*(?:p = |standard errors)[^)]*\)/g, "");
}

/** Whether codes or influence brought anything, or somebody has a verdict: what the money's card is about. */
export function hasMoney(totals: Influence["totals"], verdicts: Influence["verdicts"]): boolean {
  const brought = [totals.crv, totals.civ, totals.possible_up_to];
  const judged = Object.keys(verdicts).filter((verdict) => verdict !== "not enough evidence");
  return judged.length > 0 || brought.some((one) => one !== null && Number(one.amount) > 0);
}

export function asideName(reason: string): string {
  return ASIDE[reason] ?? sentenceCase(reason);
}
