// What the states of programmes and grants are called.

import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  Gift,
  Hourglass,
  type LucideIcon,
  Mail,
  Pause,
  Pencil,
  Play,
} from "lucide-react";

import type { Grant, Programme, Reward } from "../api/perks";
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

const REWARDS: Record<Reward["state"], Said> = {
  waiting: { label: "Waiting", tone: "accent", icon: Hourglass },
  staged: { label: "On its way", tone: "accent", icon: Hourglass },
  given: { label: "Given", tone: "success", icon: Gift },
  failed: { label: "Refused by Saleor", tone: "critical", icon: CircleX },
  refused: { label: "No reward", tone: "neutral", icon: Ban },
};

const STANDINGS: Record<NonNullable<Programme["standing"]>, string> = {
  "too few": "not enough evidence",
  "not shown": "a member, not shown yet",
  pays: "a member, it pays",
  loses: "a member, it loses money",
};

/** What is known of a programme's net effect. */
export function effectWords({ state, standing }: Programme): string {
  if (standing !== null) return STANDINGS[standing];
  return state === "draft" ? "" : "too early";
}

export const rewardWords = (state: Reward["state"]) => REWARDS[state];
const INVITATIONS: Record<NonNullable<Grant["invitation"]>, Said> = {
  waiting: { label: "On the waiting list", tone: "neutral", icon: Hourglass },
  invited: { label: "Invited", tone: "accent", icon: Mail },
  accepted: { label: "Accepted", tone: "success", icon: CircleCheck },
  declined: { label: "Declined", tone: "neutral", icon: Ban },
  expired: { label: "Did not answer in time", tone: "neutral", icon: CircleX },
  no_seat: { label: "No seat", tone: "neutral", icon: Ban },
};

export const programmeWords = (state: Programme["state"]) => PROGRAMMES[state];
export const invitationWords = (state: NonNullable<Grant["invitation"]>) => INVITATIONS[state];

const REFUSED: Said = { label: "Refused", tone: "neutral", icon: Ban };

/** Where a customer stands: with their invitation, where they were asked and did not decline for good. */
export function grantWords({
  arm,
  state,
  invitation,
}: Pick<Grant, "arm" | "state" | "invitation">) {
  if (arm === "refused") return REFUSED;
  return state === "given" && invitation !== null ? INVITATIONS[invitation] : GRANTS[state];
}

export const WHAT_A_PROGRAMME_IS =
  "A programme gives the members of a segment, or customers who meet conditions, something of their own. Lots hold some of them out, so that you can see what it does.";
