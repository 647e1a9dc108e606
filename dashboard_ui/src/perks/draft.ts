// A programme as a merchandiser fills it in, step by step.

import type { OutreachBoard } from "../api/outreach";
import type { Programme } from "../api/perks";
import { type BetaDraft, betaOf, emptyBeta } from "./beta";

export type Discount = "percentage" | "fixed" | "free_shipping";

export interface Draft extends BetaDraft {
  kind: string;
  title: string;
  segment: string;
  discount: Discount;
  value: string;
  minSpent: string;
  prefix: string;
  /** Nobody is told the codes. */
  appApplies: boolean;
  amount: string;
  validDays: string;
  reward: string;
  rewardDays: string;
  returnDays: string;
  method: string;
  price: string;
  cost: string;
  minDays: string;
  maxDays: string;
  task: OutreachBoard["task"];
  brief: string;
  dueDays: string;
  mostOften: string;
  /** The id of a variant, or the address of its page in Saleor. */
  variant: string;
  currency: string;
  /** Of the currency's channels, those that are left out. */
  without: readonly string[];
  starts: string;
  ends: string;
  money: string;
  people: string;
  uses: string;
  usesEach: string;
  /** Per cent. */
  heldOut: string;
  regulars: string;
  needsConsent: boolean;
}

export type Field = keyof Draft;
/** A field that is a line of text. */
export type Written = {
  [Key in Field]: Draft[Key] extends string ? Key : never;
}[Field];

const DAY_MS = 86_400_000;
const DAYS = 30;

/** A day as a date field writes it. */
export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export function emptyDraft(nowMs: number): Draft {
  return {
    kind: "discount_code",
    title: "",
    segment: "",
    discount: "percentage",
    value: "10",
    minSpent: "",
    prefix: "",
    appApplies: false,
    amount: "20",
    validDays: "",
    reward: "10",
    rewardDays: "",
    returnDays: "30",
    method: "Priority shipping",
    price: "0",
    cost: "",
    minDays: "",
    maxDays: "",
    ...emptyBeta,
    task: "note",
    brief: "",
    dueDays: "14",
    mostOften: "1",
    variant: "",
    currency: "",
    without: [],
    starts: dayOf(nowMs),
    ends: dayOf(nowMs + DAYS * DAY_MS),
    money: "",
    people: "",
    uses: "",
    usesEach: "1",
    heldOut: "20",
    regulars: "0",
    needsConsent: true,
  };
}

/** How often a kind is used by each customer, unless somebody says otherwise. */
export const usesOf = (kind: string) => (kind === "referral" ? "10" : "1");

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** A stored draft, as it was filled in. */
export function draftOf(programme: Programme): Draft {
  const { terms, kind } = programme;
  const listed = Array.isArray(terms.channels) ? (terms.channels as Record<string, unknown>[]) : [];
  const first = listed[0] ?? {};
  const gift = (terms.gift ?? {}) as Record<string, unknown>;
  return {
    ...emptyDraft(Date.parse(programme.starts_at)),
    kind,
    title: programme.title,
    segment: programme.segment,
    discount: (text(terms.discount) || "percentage") as Discount,
    value: text(first.value) || "10",
    minSpent: text(first.min_spent),
    prefix: text(terms.prefix),
    appApplies: terms.app_applies === true,
    amount: text(terms.amount) || "20",
    validDays: text(terms.valid_days),
    reward: text(terms.reward) || "10",
    rewardDays: text(terms.reward_days),
    returnDays: text(terms.return_days) || "30",
    method: text(terms.name) || "Priority shipping",
    price: text(first.price) || "0",
    cost: text(terms.cost) || text(gift.cost),
    task: (text(terms.task) || "note") as Draft["task"],
    brief: text(terms.brief),
    dueDays: text(terms.due_days) || "14",
    mostOften: text(terms.most_in_90_days) || "1",
    variant: text(gift.variant_id),
    minDays: text(terms.min_days),
    maxDays: text(terms.max_days),
    ...betaOf(kind, terms),
    currency: programme.currency,
    starts: programme.starts_at.slice(0, 10),
    ends: programme.ends_at.slice(0, 10),
    money: programme.most_money?.amount ?? "",
    people: text(programme.most_people),
    uses: text(programme.most_uses),
    usesEach: String(programme.uses_each),
    heldOut: String(Math.round(programme.hold_out * 1000) / 10),
    regulars: String(Math.round(programme.open_share * 1000) / 10),
    needsConsent: programme.needs_consent,
  };
}
