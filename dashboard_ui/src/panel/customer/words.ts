// The customer's states and levels in words.

import { BadgeCheck, type LucideIcon, Megaphone, Scale, Sunrise, Users } from "lucide-react";

import type { Evidence, Verdict } from "../api/questions";
import type { Tone } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

interface VerdictWords {
  word: Key;
  tone: Tone;
  icon: LucideIcon;
}

export const VERDICTS: Record<Verdict, VerdictWords> = {
  leads: { word: "customer.verdict.leads", tone: "accent", icon: Megaphone },
  proven: { word: "customer.verdict.proven", tone: "success", icon: BadgeCheck },
  "buys early": { word: "customer.verdict.early", tone: "neutral", icon: Sunrise },
  "buys together": { word: "customer.verdict.together", tone: "neutral", icon: Users },
  "not enough evidence": { word: "customer.verdict.few", tone: "neutral", icon: Scale },
};

export function verdictName(verdict: Verdict): string {
  return say(VERDICTS[verdict].word);
}

export const EVIDENCE: Record<Evidence, { word: Key; step: number; tone: Tone }> = {
  none: { word: "customer.known.none", step: 0, tone: "neutral" },
  little: { word: "customer.known.little", step: 1, tone: "neutral" },
  some: { word: "customer.known.some", step: 2, tone: "accent" },
  good: { word: "customer.known.good", step: 3, tone: "success" },
};

/** "reseller" → "a reseller"; a reason that is not known as it is. */
export function exclusionName(reason: string): string {
  return say("customer.left.reason", { reason });
}
