// A programme as a merchandiser fills it in, step by step.

import type { OutreachBoard } from "../api/outreach";
import type { ConditionDraft } from "../segments/draft";
import { type BetaDraft, emptyBeta } from "./beta";
import { say } from "../words/say";

export type Discount = "percentage" | "fixed" | "free_shipping";

export interface Draft extends BetaDraft {
  kind: string;
  title: string;
  whom: "segment" | "conditions";
  segment: string;
  conditions: ConditionDraft[];
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
  /** What the time of staff for one task costs. */
  taskCost: string;
  /** The id of a variant. */
  variant: string;
  /** Ids of what a discount is on; nothing: on everything. */
  categories: readonly string[];
  collections: readonly string[];
  discounted: readonly string[];
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
  [Key in Field]: string extends Draft[Key] ? Key : never;
}[Field];

const DAY_MS = 86_400_000;
const DAYS = 30;

/** A day as a date field writes it. */
export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export function emptyDraft(nowMs: number): Draft {
  return {
    kind: "discount_code",
    title: "",
    whom: "segment",
    segment: "",
    conditions: [],
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
    method: say("plan.method.usual"),
    price: "0",
    cost: "",
    minDays: "",
    maxDays: "",
    ...emptyBeta(),
    task: "note",
    brief: "",
    dueDays: "14",
    mostOften: "1",
    taskCost: "0",
    variant: "",
    categories: [],
    collections: [],
    discounted: [],
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

/** Whether a customer may use the kind more than once. */
export const isUsedOften = (kind: string) => kind === "shipping" || kind === "referral";

/** How often a kind is used by each customer, unless somebody says otherwise. */
export const usesOf = (kind: string) => (kind === "referral" ? "10" : "1");
