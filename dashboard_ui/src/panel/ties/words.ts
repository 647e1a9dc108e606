// Kinds of ties in words.

import { sentenceCase } from "../format/format";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const KINDS: Record<string, Key> = {
  code: "ties.kind.code",
  gift: "ties.kind.gift",
  household: "ties.kind.household",
  import: "ties.kind.import",
  named: "ties.kind.named",
};

/** "gift" → "Gift"; a kind that staff named themselves is shown as they named it. */
export function tieName(kind: string): string {
  const [network, variety] = kind.split(":");
  if (network && variety === "responses") {
    return say("ties.kind.responses", { network: sentenceCase(network) });
  }
  const known = KINDS[kind];
  if (known !== undefined) return say(known);
  return sentenceCase(kind.replace(/[-_]+/g, " "));
}
