// The shop's gate and what was set aside, in words.

import type { Influence } from "../api/questions";
import { type Format, sentenceCase } from "../format/format";
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

/** The gate as one would say it in the shop; the test's own sentence has the figures that prove it. */
export function plainly(gate: Influence["gate"], format: Format): string {
  const { state, observed, permuted } = gate;
  if (permuted.length === 0 || (state !== "open" && state !== "shut")) return gate.sentence;
  const chance = Math.round(permuted.reduce((sum, one) => sum + one, 0) / permuted.length);
  const came = `${format.count(observed)} ${observed === 1 ? "purchase" : "purchases"} came soon after a friend's`;
  if (state === "open")
    return `${came}; by chance alone it would be about ${format.count(chance)}.`;
  if (observed > Math.max(...permuted))
    return `${came}, more than by chance alone. But friends buy at the same times here, and nothing shows who leads, so nothing is counted as influence.`;
  return `${came}, about as many as by chance alone (${format.count(chance)}). So nothing is counted as influence.`;
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
