// The customer's states and levels in words.

import { BadgeCheck, type LucideIcon, Megaphone, Scale, Sunrise, Users } from "lucide-react";

import type { CustomerValue, Evidence, Verdict } from "../api/questions";
import type { Tone } from "../parts/Chip";

interface VerdictWords {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

export const VERDICTS: Record<Verdict, VerdictWords> = {
  leads: { label: "Leads", tone: "accent", icon: Megaphone },
  proven: { label: "Proven", tone: "success", icon: BadgeCheck },
  "buys early": { label: "Buys early", tone: "neutral", icon: Sunrise },
  "buys together": { label: "Buys together", tone: "neutral", icon: Users },
  "not enough evidence": { label: "Not enough evidence", tone: "neutral", icon: Scale },
};

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
  objected: {
    title: "Objected",
    text: "This customer objected: nothing is calculated of them, and their orders count for nobody else.",
  },
};

export const EXCLUSIONS: Record<string, string> = {
  reseller: "a reseller",
  test: "a test account",
};
