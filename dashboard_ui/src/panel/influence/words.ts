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

/** The gate in a sentence for a shopkeeper; the server's, with its figures, is how we know. */
export function gateSaid(gate: Influence["gate"]): string {
  if (gate.state === "open") {
    return "Yes: customers here bring others to buy, more often than chance explains.";
  }
  // Without figures the server's sentence is plain already: it says that there is too little to tell.
  if (gate.state === "shut" && (isFlat(gate) || /\d/.test(gate.sentence))) {
    return isFlat(gate)
      ? "Not yet: nobody has bought after somebody they know, so there is nothing to count."
      : "Not so far: friends here buy alike about as often as chance would have it. Only orders with a personal code are counted.";
  }
  return gate.sentence;
}

/** Whether there is nothing to draw: no purchase followed another, neither really nor by chance. */
export function isFlat({ observed, permuted }: Influence["gate"]): boolean {
  return observed === 0 && permuted.every((count) => count === 0);
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
