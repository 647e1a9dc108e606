// A programme as a merchandiser fills it in, step by step.

import type { Programme } from "../api/perks";

export type Discount = "percentage" | "fixed" | "free_shipping";

export interface Draft {
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
  method: string;
  price: string;
  cost: string;
  minDays: string;
  maxDays: string;
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
    method: "Priority shipping",
    price: "0",
    cost: "",
    minDays: "",
    maxDays: "",
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

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** A stored draft, as it was filled in. */
export function draftOf(programme: Programme): Draft {
  const { terms, kind } = programme;
  const listed = Array.isArray(terms.channels) ? (terms.channels as Record<string, unknown>[]) : [];
  const first = listed[0] ?? {};
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
    method: text(terms.name) || "Priority shipping",
    price: text(first.price) || "0",
    cost: text(terms.cost),
    minDays: text(terms.min_days),
    maxDays: text(terms.max_days),
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
