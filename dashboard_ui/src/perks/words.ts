// What the states of programmes and grants are called.

import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  Gift,
  Hourglass,
  type LucideIcon,
  Pause,
  Pencil,
  Play,
} from "lucide-react";

import type { Grant, Programme } from "../api/perks";
import type { Tone } from "../parts/Chip";

interface Said {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

const PROGRAMMES: Record<Programme["state"], Said> = {
  draft: { label: "Draft", tone: "neutral", icon: Pencil },
  scheduled: { label: "Scheduled", tone: "accent", icon: CalendarClock },
  running: { label: "Running", tone: "success", icon: Play },
  paused: { label: "Paused", tone: "warning", icon: Pause },
  ended: { label: "Ended", tone: "neutral", icon: CircleCheck },
};

const GRANTS: Record<Grant["state"], Said> = {
  none: { label: "Held out", tone: "neutral", icon: Hourglass },
  staged: { label: "On its way", tone: "accent", icon: Hourglass },
  given: { label: "Given", tone: "success", icon: Gift },
  failed: { label: "Refused by Saleor", tone: "critical", icon: CircleX },
  taken_back: { label: "Taken back", tone: "neutral", icon: Ban },
  declined: { label: "Declined", tone: "neutral", icon: Ban },
};

export const programmeWords = (state: Programme["state"]) => PROGRAMMES[state];
const REFUSED: Said = { label: "Refused", tone: "neutral", icon: Ban };
export const grantWords = ({ arm, state }: Pick<Grant, "arm" | "state">) =>
  arm === "refused" ? REFUSED : GRANTS[state];

export const WHAT_A_PROGRAMME_IS =
  "A programme gives the members of a segment something of their own. Lots hold some of them out, so that you can see what it does.";
