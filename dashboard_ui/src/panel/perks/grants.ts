// What the states of grants and of invitations are called.

import { Ban, CircleCheck, CircleX, Gift, Hourglass, type LucideIcon, Mail } from "lucide-react";

import type { Grant } from "../api/perks";
import type { Tone } from "../parts/Chip";
import { say } from "../words/say";

export interface Look {
  tone: Tone;
  icon: LucideIcon;
}

export interface Said extends Look {
  label: string;
}

type Invitation = NonNullable<Grant["invitation"]>;

const GRANTS: Record<Grant["state"], Look> = {
  none: { tone: "neutral", icon: Hourglass },
  staged: { tone: "accent", icon: Hourglass },
  given: { tone: "success", icon: Gift },
  failed: { tone: "critical", icon: CircleX },
  taken_back: { tone: "neutral", icon: Ban },
  declined: { tone: "neutral", icon: Ban },
};

const INVITATIONS: Record<Invitation, Look> = {
  waiting: { tone: "neutral", icon: Hourglass },
  invited: { tone: "accent", icon: Mail },
  accepted: { tone: "success", icon: CircleCheck },
  declined: { tone: "neutral", icon: Ban },
  expired: { tone: "neutral", icon: CircleX },
  no_seat: { tone: "neutral", icon: Ban },
};

export function invitationWords(state: Invitation): Said {
  return { ...INVITATIONS[state], label: say(`grants.invitation.${state}`) };
}

/** Where a customer stands: with their invitation, where they were asked and did not decline for good. */
export function grantWords({
  arm,
  state,
  invitation,
}: Pick<Grant, "arm" | "state" | "invitation">): Said {
  if (arm === "refused") return { label: say("grants.refused"), tone: "neutral", icon: Ban };
  if (state === "given" && invitation !== null) return invitationWords(invitation);
  return { ...GRANTS[state], label: say(`grants.state.${state}`) };
}
