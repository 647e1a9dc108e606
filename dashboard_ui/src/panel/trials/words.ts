// How a trial's state looks, and shares in points.

import {
  Ban,
  BadgeCheck,
  CircleSlash,
  ClipboardList,
  Hourglass,
  type LucideIcon,
  Scale,
} from "lucide-react";

import type { Trial } from "../api/trials";
import type { Tone } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

interface Look {
  word: Key;
  tone: Tone;
  icon: LucideIcon;
}

const STATES: Partial<Record<Trial["state"], Look>> = {
  planning: { word: "trials.planning", tone: "neutral", icon: Hourglass },
  planned: { word: "trials.planned", tone: "accent", icon: ClipboardList },
  refused: { word: "trials.refused", tone: "neutral", icon: Ban },
  starting: { word: "trials.starting", tone: "accent", icon: Hourglass },
};

export function lookOf({ state, proven }: Trial): Look {
  const before = STATES[state];
  if (before) return before;
  if (proven) return { word: "trials.proven", tone: "success", icon: BadgeCheck };
  if (state === "running") return { word: "trials.running", tone: "accent", icon: Hourglass };
  if (state === "stopped") return { word: "trials.stopped", tone: "neutral", icon: CircleSlash };
  if (proven === null) return { word: "trials.ended", tone: "neutral", icon: Hourglass };
  return { word: "trials.unproven", tone: "neutral", icon: Scale };
}

/** A difference of two shares: "41 points". */
export function points(difference: number): string {
  return say("trials.points", { count: Math.round(difference * 100) });
}
