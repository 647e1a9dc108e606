// Proofs and states in words.

import type { Correction } from "../api/rights";
import type { LinkedProfile, LinkState } from "../api/profiles";
import type { Tone } from "../parts/Chip";

const PROOFS: Record<string, string> = {
  oauth: "proven by sign-in",
  nonce: "proven by a word in the profile",
  "rel-me": "proven by a link in the profile",
};

/** "oauth" → "proven by sign-in" */
export function proofName(proof: string): string {
  return PROOFS[proof] ?? `proven by ${proof}`;
}

const OWNERSHIP = "ownership: ";
const KNOWN_BY: Record<string, string> = {
  "Saleor session": "signed in to the shop",
  "Saleor session: not me": "signed in to the shop, said that it is not theirs",
  moved: "somebody else proved that the profile is theirs",
  deleted: "the account was deleted",
  anonymised: "the account was anonymised",
};

/** How we know of a decision: "ownership: oauth" → "profile proven by sign-in". */
export function knownBy(proof: string): string {
  if (proof.startsWith(OWNERSHIP)) return `profile ${proofName(proof.slice(OWNERSHIP.length))}`;
  return KNOWN_BY[proof] ?? proof;
}

export const PURPOSES: Record<string, string> = {
  link: "Link the profile",
  score: "Use it for scores",
  perks: "Perks",
  outreach: "Be contacted",
};

interface StateWords {
  label: string;
  tone: Tone;
}

export const LINK_STATES: Record<LinkState, StateWords> = {
  linked: { label: "Linked", tone: "success" },
  waiting: { label: "Waiting for the customer", tone: "accent" },
  withdrawn: { label: "Withdrawn", tone: "neutral" },
};

const PROFILE_STATES: Record<string, StateWords> = {
  linked: { label: "Linked", tone: "success" },
  relink: { label: "To be linked anew", tone: "warning" },
  gone: { label: "Gone at the network", tone: "warning" },
};

export function profileState({ state }: LinkedProfile): StateWords {
  return PROFILE_STATES[state] ?? { label: state, tone: "neutral" };
}

/** The address if a browser may open it: a server tells it, and may tell anything. */
export function webAddress(url: string): string | null {
  return /^https?:\/\//i.test(url) ? url : null;
}

const CORRECTIONS = {
  order: "An order that is not theirs",
  tie: "A tie to somebody whom they do not know",
  household: "Not of one household with somebody",
};

export function correctionName({ kind }: Pick<Correction, "kind">): string {
  return CORRECTIONS[kind];
}
