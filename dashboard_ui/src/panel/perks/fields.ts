// What is asked for each kind of perk.

import type { Discount, Draft, Written } from "./draft";

export const DISCOUNTS: [Discount, string][] = [
  ["percentage", "A percentage"],
  ["fixed", "An amount"],
  ["free_shipping", "Free shipping"],
];

export interface Line {
  field: Written;
  label: string;
  note?: string;
}

const LINES: Record<string, Line[]> = {
  gift_card: [
    { field: "amount", label: "Amount on each card" },
    { field: "validDays", label: "Valid for how many days", note: "Empty: it does not expire." },
  ],
  beta_invite: [
    {
      field: "link",
      label: "Where it is in your storefront",
      note: "Only customers with a seat are shown the link.",
    },
    { field: "seats", label: "Seats" },
    {
      field: "answerDays",
      label: "Days to answer an invitation",
      note: "Then the seat goes to the next one who waits.",
    },
    {
      field: "publicAfter",
      label: "For everybody after how many days",
      note: "Empty: never. When the programme ends, all is listed as it was before.",
    },
  ],
  shipping: [
    { field: "method", label: "Name of the method, as the customer reads it" },
    { field: "price", label: "Price for the customer" },
    {
      field: "cost",
      label: "Cost of a shipment for you",
      note: "Beyond what the customer pays. Saleor does not know it, and the programme's result counts it.",
    },
    { field: "minDays", label: "Delivered after how many days at least" },
    { field: "maxDays", label: "Delivered after how many days at most" },
  ],
};

const GIFT: Line[] = [
  { field: "cost", label: "Cost of one for you, sent", note: "The programme's result counts it." },
];

const OUTREACH: Line[] = [
  { field: "brief", label: "What to say", note: "For whoever does it. May be empty." },
  { field: "dueDays", label: "Due after how many days" },
  {
    field: "mostOften",
    label: "How often at most in 90 days",
    note: "For each customer, all outreach programmes together.",
  },
  {
    field: "taskCost",
    label: "Cost of one task",
    note: "What the time of staff costs you. The result counts it for each task that is done. With 0, their time counts as free.",
  },
];

function codeLines(discount: Discount): Line[] {
  const value: Line = {
    field: "value",
    label: discount === "percentage" ? "Discount in per cent" : "Discount in money",
  };
  return [
    ...(discount === "free_shipping" ? [] : [value]),
    { field: "minSpent", label: "Minimum order", note: "Empty: none." },
    { field: "prefix", label: "Codes begin with", note: "Twelve random letters follow." },
  ];
}

const REWARD: Line[] = [
  { field: "reward", label: "Gift card for the sender, for each friend" },
  {
    field: "returnDays",
    label: "Return period in days",
    note: "From the friend's order. The sender is rewarded after it, unless the order was cancelled or refunded.",
  },
  {
    field: "rewardDays",
    label: "Gift card valid for how many days",
    note: "Empty: it does not expire.",
  },
];

/** Whether staff can add to the programme's gift cards: the members' own, or senders' rewards. */
export const canTopUp = ({ kind, state }: { kind: string; state: string }) =>
  ["gift_card", "referral"].includes(kind) && ["running", "paused"].includes(state);

export const hasDiscount = (kind: string) => kind === "discount_code" || kind === "referral";

export function linesOf({ kind, discount, task }: Draft): Line[] {
  if (kind === "outreach") return task === "product" ? [...GIFT, ...OUTREACH] : OUTREACH;
  return LINES[kind] ?? [...codeLines(discount), ...(kind === "referral" ? REWARD : [])];
}
