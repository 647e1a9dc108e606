// Kinds of ties and their sources in words.

import { sentenceCase } from "../format/format";

const KINDS: Record<string, string> = {
  code: "Personal code",
  gift: "Gift",
  household: "Household",
  import: "Imported",
  named: "Named in the survey",
};

/** "gift" → "Gift"; a kind that staff named themselves is shown as they named it. */
export function tieName(kind: string): string {
  const [network, variety] = kind.split(":");
  if (network && variety === "responses") return `${sentenceCase(network)}, responses to posts`;
  const known = KINDS[kind];
  if (known !== undefined) return known;
  return sentenceCase(kind.replace(/[-_]+/g, " "));
}

export const ORIGINS = {
  orders: "From orders",
  staff: "Entered by staff",
  social: "By consent, from a network",
  survey: "From the survey",
};

/** In place of a customer who was named and has not agreed to be shown. */
export const A_CUSTOMER = "a customer";

export const WHAT_A_TIE_IS =
  "A tie says that two customers know each other, so that one may move the other to buy; a tie younger than a purchase earns nothing for it.";
