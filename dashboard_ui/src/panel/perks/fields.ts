// What is asked for each kind of perk.

import type { Discount, Draft, Written } from "./draft";
import type { Key } from "../words/keys";

export const DISCOUNTS: readonly Discount[] = ["percentage", "fixed", "free_shipping"];

export interface Line {
  field: Written;
  label: Key;
  note?: Key;
}

const LINES: Record<string, Line[]> = {
  gift_card: [
    { field: "amount", label: "plan.amount" },
    { field: "validDays", label: "plan.validDays", note: "plan.forever" },
  ],
  beta_invite: [
    { field: "link", label: "plan.link", note: "plan.link.note" },
    { field: "seats", label: "plan.seats" },
    { field: "answerDays", label: "plan.answerDays", note: "plan.answerDays.note" },
    { field: "publicAfter", label: "plan.publicAfter", note: "plan.publicAfter.note" },
  ],
  shipping: [
    { field: "method", label: "plan.method" },
    { field: "price", label: "plan.price" },
    { field: "cost", label: "plan.shipment", note: "plan.shipment.note" },
    { field: "minDays", label: "plan.minDays" },
    { field: "maxDays", label: "plan.maxDays" },
  ],
};

const GIFT: Line[] = [{ field: "cost", label: "plan.gift", note: "plan.gift.note" }];

const OUTREACH: Line[] = [
  { field: "brief", label: "plan.brief", note: "plan.brief.note" },
  { field: "dueDays", label: "plan.dueDays" },
  { field: "mostOften", label: "plan.mostOften", note: "plan.mostOften.note" },
  { field: "taskCost", label: "plan.taskCost", note: "plan.taskCost.note" },
];

function codeLines(discount: Discount): Line[] {
  const value: Line = {
    field: "value",
    label: discount === "percentage" ? "plan.value.percentage" : "plan.value.fixed",
  };
  return [
    ...(discount === "free_shipping" ? [] : [value]),
    { field: "minSpent", label: "plan.minSpent", note: "plan.minSpent.note" },
    { field: "prefix", label: "plan.prefix", note: "plan.prefix.note" },
  ];
}

const REWARD: Line[] = [
  { field: "reward", label: "plan.reward" },
  { field: "returnDays", label: "plan.returnDays", note: "plan.returnDays.note" },
  { field: "rewardDays", label: "plan.rewardDays", note: "plan.forever" },
];

/** Whether staff can add to the programme's gift cards: the members' own, or senders' rewards. */
export const canTopUp = ({ kind, state }: { kind: string; state: string }) =>
  ["gift_card", "referral"].includes(kind) && ["running", "paused"].includes(state);

export const hasDiscount = (kind: string) => kind === "discount_code" || kind === "referral";

export function linesOf({ kind, discount, task }: Draft): Line[] {
  if (kind === "outreach") return task === "product" ? [...GIFT, ...OUTREACH] : OUTREACH;
  return LINES[kind] ?? [...codeLines(discount), ...(kind === "referral" ? REWARD : [])];
}
