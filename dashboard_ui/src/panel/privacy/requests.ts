// The words for requests about data, and what their clock says.

import type { RequestKind, RightsRequest } from "../api/rights";
import type { Tone } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

export const REQUESTS: readonly (readonly [RequestKind, Key])[] = [
  ["access", "privacy.kind.access"],
  ["export", "privacy.kind.export"],
  ["objection", "privacy.kind.objection"],
  ["erasure", "privacy.kind.erasure"],
  ["rectification", "privacy.kind.rectification"],
];
const SOON_DAYS = 7;
const BY: Record<string, Key> = {
  shopper: "privacy.by.customer",
  "guest-link": "privacy.by.guest",
  operator: "privacy.by.operator",
};

export function requestName(kind: RequestKind): string {
  const label = REQUESTS.find(([one]) => one === kind)?.[1];
  return label === undefined ? kind : say(label);
}

/** Who took or did it: the person themselves, the operator, or a member of staff by name or id. */
export function byWhom(by: string, staff: (id: string) => string): string {
  const known = BY[by];
  return known === undefined ? staff(by) : say(known);
}

/** "3 days left", or since when it is late; null: it is done. */
export function clockOf(left: number | null): { text: string; tone: Tone } | null {
  if (left === null) return null;
  if (left < 0) return { text: say("privacy.clock.overdue", { count: -left }), tone: "critical" };
  const text = say("privacy.clock.left", { count: left });
  return { text, tone: left < SOON_DAYS ? "warning" : "neutral" };
}

export function isOpen(request: RightsRequest): boolean {
  return request.done_at === null;
}
