// A trial's state in a word, what a trial is, and shares in points.

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
import type { Format } from "../format/format";
import type { Tone } from "../parts/Chip";

interface Words {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

export const WHAT_A_TRIAL_IS =
  "Contacts of a customer get a letter with a few products. A lot decides for each contact and product whether the letter " +
  "says that the customer chose it. If clearly more of those products are bought, the influence is proven. " +
  "You may look at any time.";

export const THE_LETTER =
  "Send every contact the same letter, with the same products, prices and offers. Only the words that this customer chose " +
  "a product follow the lots: take them from the file, or from the webhook.";

const STATES: Partial<Record<Trial["state"], Words>> = {
  planning: { label: "Planning", tone: "neutral", icon: Hourglass },
  planned: { label: "Planned", tone: "accent", icon: ClipboardList },
  refused: { label: "Not possible", tone: "neutral", icon: Ban },
  starting: { label: "Starting", tone: "accent", icon: Hourglass },
};

export function stateOf({ state, proven }: Trial): Words {
  const before = STATES[state];
  if (before) return before;
  if (proven) return { label: "Proven", tone: "success", icon: BadgeCheck };
  if (state === "running") return { label: "Running", tone: "accent", icon: Hourglass };
  if (state === "stopped") return { label: "Stopped", tone: "neutral", icon: CircleSlash };
  if (proven === null) return { label: "Ended", tone: "neutral", icon: Hourglass };
  return { label: "Not proven", tone: "neutral", icon: Scale };
}

/** A difference of two shares: "41 points". */
export function points(format: Format, difference: number): string {
  const shown = format.count(Math.round(difference * 100));
  return `${shown} ${shown === "1" ? "point" : "points"}`;
}
