// Proofs and states in words.

import type { Correction } from "../api/rights";
import type { LinkedProfile, LinkState } from "../api/profiles";
import type { Tone } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const PROOFS: Record<string, Key> = {
  oauth: "linked.proof.oauth",
  nonce: "linked.proof.nonce",
  "rel-me": "linked.proof.relme",
};

/** "oauth" → "proven by sign-in" */
export function proofName(proof: string): string {
  const known = PROOFS[proof];
  return known ? say(known) : say("linked.proof.other", { proof });
}

const OWNERSHIP = "ownership: ";
const KNOWN_BY: Record<string, Key> = {
  "Saleor session": "linked.by.session",
  "Saleor session: not me": "linked.by.notme",
  moved: "linked.by.moved",
  deleted: "linked.by.deleted",
  anonymised: "linked.by.anonymised",
};

/** How we know of a decision: "ownership: oauth" → "profile proven by sign-in". */
export function knownBy(proof: string): string {
  if (proof.startsWith(OWNERSHIP)) {
    return say("linked.by.ownership", { proven: proofName(proof.slice(OWNERSHIP.length)) });
  }
  const known = KNOWN_BY[proof];
  return known ? say(known) : proof;
}

const PURPOSES: Record<string, Key> = {
  link: "linked.for.link",
  score: "linked.for.score",
  perks: "linked.for.perks",
  outreach: "linked.for.outreach",
};

/** What a consent is for; a purpose that is not known by its own name. */
export function purposeName(purpose: string): string {
  const known = PURPOSES[purpose];
  return known ? say(known) : purpose;
}

interface StateWords {
  label: Key;
  tone: Tone;
}

export const LINK_STATES: Record<LinkState, StateWords> = {
  linked: { label: "linked.linked", tone: "success" },
  waiting: { label: "linked.waiting", tone: "accent" },
  withdrawn: { label: "linked.withdrawn", tone: "neutral" },
};

const PROFILE_STATES: Record<string, StateWords> = {
  linked: { label: "linked.linked", tone: "success" },
  relink: { label: "linked.relink", tone: "warning" },
  gone: { label: "linked.gone", tone: "warning" },
};

export function profileState({ state }: LinkedProfile): { label: string; tone: Tone } {
  const known = PROFILE_STATES[state];
  return known ? { ...known, label: say(known.label) } : { label: state, tone: "neutral" };
}

/** The address if a browser may open it: a server tells it, and may tell anything. */
export function webAddress(url: string): string | null {
  return /^https?:\/\//i.test(url) ? url : null;
}

export function correctionName({ kind }: Pick<Correction, "kind">): string {
  return say(`linked.not.${kind}`);
}
