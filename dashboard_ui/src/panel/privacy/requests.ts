// The words for requests about data, and what their clock says.

import type { RequestKind, RightsRequest } from "../api/rights";
import type { Tone } from "../parts/Chip";

export const REQUESTS: readonly (readonly [RequestKind, string])[] = [
  ["access", "Access: what is held"],
  ["export", "A copy of the data"],
  ["objection", "Objection"],
  ["erasure", "Erasure"],
  ["rectification", "Correction"],
];
const SOON_DAYS = 7;
const BY: Record<string, string> = {
  shopper: "the customer",
  "guest-link": "the guest",
  operator: "the operator",
};

export function requestName(kind: RequestKind): string {
  return REQUESTS.find(([one]) => one === kind)?.[1] ?? kind;
}

/** Who took or did it: the person themselves, the operator, or a member of staff by name or id. */
export function byWhom(by: string, staff: (id: string) => string): string {
  return BY[by] ?? staff(by);
}

/** "3 days left", or since when it is late; null: it is done. */
export function clockOf(left: number | null): { text: string; tone: Tone } | null {
  if (left === null) return null;
  const days = (count: number) => `${String(count)} ${count === 1 ? "day" : "days"}`;
  if (left < 0) return { text: `Overdue by ${days(-left)}`, tone: "critical" };
  return { text: `${days(left)} left`, tone: left < SOON_DAYS ? "warning" : "neutral" };
}

export function isOpen(request: RightsRequest): boolean {
  return request.done_at === null;
}
