// The shop's gate in words, and what decides what is shown beside it.

import type { Influence, Verdict } from "../api/questions";
import { say } from "../words/say";

/** The verdicts, the best first. */
export const ORDER: readonly Verdict[] = [
  "leads",
  "proven",
  "buys early",
  "buys together",
  "not enough evidence",
];

export function isOpen(gate: Influence["gate"]): boolean {
  return gate.state === "open";
}

/** The gate in a sentence for a shopkeeper; the server's, with its figures, is how we know. */
export function gateSaid(gate: Influence["gate"]): string {
  if (gate.state === "open") return say("mounts.gate.open");
  // Without figures the server's sentence is plain already: it says that there is too little to tell.
  if (gate.state === "shut" && (isFlat(gate) || /\d/.test(gate.sentence))) {
    return say(isFlat(gate) ? "mounts.gate.flat" : "mounts.gate.shut");
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
