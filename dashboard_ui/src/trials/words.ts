// A trial's state in a word, and shares in points.

import { BadgeCheck, CircleSlash, Hourglass, type LucideIcon, Scale } from "lucide-react";

import type { Trial } from "../api/trials";
import type { Format } from "../format/format";
import type { Tone } from "../parts/Chip";

interface Words {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

export const WHAT_A_TRIAL_IS =
  "Half of the people tied to a customer, chosen at random, are invited in the customer's name; the others are held out. " +
  "If clearly more of the invited buy, the influence is proven.";

export function stateOf({ state, proven }: Trial): Words {
  if (state === "running") return { label: "Running", tone: "accent", icon: Hourglass };
  if (state === "stopped") return { label: "Stopped", tone: "neutral", icon: CircleSlash };
  if (proven === null) return { label: "Ended", tone: "neutral", icon: Hourglass };
  return proven
    ? { label: "Proven", tone: "success", icon: BadgeCheck }
    : { label: "Not proven", tone: "neutral", icon: Scale };
}

/** A difference of two shares: "41 points". */
export function points(format: Format, difference: number): string {
  const shown = format.count(Math.round(difference * 100));
  return `${shown} ${shown === "1" ? "point" : "points"}`;
}
