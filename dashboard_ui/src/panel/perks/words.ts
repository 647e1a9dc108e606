// What the states of programmes and rewards are called.

import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  Gift,
  Hourglass,
  Pause,
  Pencil,
  Play,
} from "lucide-react";

import type { Programme, Reward } from "../api/perks";
import type { Format } from "../format/format";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import type { Look, Said } from "./grants";

const PROGRAMMES: Record<Programme["state"], Look> = {
  draft: { tone: "neutral", icon: Pencil },
  scheduled: { tone: "accent", icon: CalendarClock },
  running: { tone: "success", icon: Play },
  paused: { tone: "warning", icon: Pause },
  ended: { tone: "neutral", icon: CircleCheck },
};

const REWARDS: Record<Reward["state"], Look> = {
  waiting: { tone: "accent", icon: Hourglass },
  staged: { tone: "accent", icon: Hourglass },
  given: { tone: "success", icon: Gift },
  failed: { tone: "critical", icon: CircleX },
  refused: { tone: "neutral", icon: Ban },
};

const STANDINGS: Record<NonNullable<Programme["standing"]>, Key> = {
  "too few": "perks.effect.few",
  "not shown": "perks.effect.open",
  pays: "perks.effect.pays",
  loses: "perks.effect.loses",
};

/** What is known of a programme's net effect. */
export function effectWords({ state, standing }: Programme): string {
  if (standing !== null) return say(STANDINGS[standing]);
  return state === "draft" ? "" : say("perks.effect.early");
}

export function rewardWords(state: Reward["state"]): Said {
  return { ...REWARDS[state], label: say(`perks.reward.state.${state}`) };
}

export function programmeWords(state: Programme["state"]): Said {
  return { ...PROGRAMMES[state], label: say(`perks.state.${state}`) };
}

/** From when to when a programme was or is. */
export function spanWords(programme: Programme, { day }: Format): string {
  const { starts_at: from, ended_at: ended, ends_at: to } = programme;
  return say("perks.span", { from: day(from), to: day(ended ?? to) });
}
