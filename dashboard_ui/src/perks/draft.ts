// A programme as a merchandiser fills it in, step by step.

import type { Programme, ProgrammeWanted } from "../api/perks";
import type { Channel } from "../api/saleor";

export type Discount = "percentage" | "fixed" | "free_shipping";

export interface Draft {
  kind: string;
  title: string;
  segment: string;
  discount: Discount;
  value: string;
  minSpent: string;
  prefix: string;
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
export type Lacks = ReadonlyMap<Field, string>;

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

const DECIMAL = /^\d{1,9}(\.\d{1,3})?$/;
const WHOLE = /^\d{1,7}$/;

const decimalLack = (value: string, what: string, least = 0) =>
  DECIMAL.test(value.trim()) && Number(value) > least - 1e-9
    ? null
    : `${what}: a number such as 12.50${least > 0 ? ", and more than nothing" : ""}.`;
const wholeLack = (value: string, what: string, least: number, most: number) =>
  WHOLE.test(value.trim()) && Number(value) >= least && Number(value) <= most
    ? null
    : `${what}: a whole number from ${least} to ${most}.`;

const shareLack = (value: string, what: string) =>
  DECIMAL.test(value.trim()) && Number(value) <= 50 ? null : `${what}: from 0 to 50 per cent.`;

function whatLacks(draft: Draft): [Field, string | null][] {
  if (draft.kind === "gift_card") {
    return [
      ["amount", decimalLack(draft.amount, "Amount", 0.001)],
      ["validDays", draft.validDays ? wholeLack(draft.validDays, "Valid for", 1, 3650) : null],
    ];
  }
  if (draft.kind === "shipping") {
    return [
      ["method", draft.method.trim() ? null : "Name: what the customer reads at the checkout."],
      ["price", decimalLack(draft.price, "Price")],
      ["cost", decimalLack(draft.cost, "Cost")],
      ["minDays", draft.minDays ? wholeLack(draft.minDays, "Days", 0, 365) : null],
      ["maxDays", draft.maxDays ? wholeLack(draft.maxDays, "Days", 0, 365) : null],
    ];
  }
  return [
    ["value", draft.discount === "free_shipping" ? null : valueLack(draft)],
    ["minSpent", draft.minSpent ? decimalLack(draft.minSpent, "Minimum order") : null],
    [
      "prefix",
      /^[A-Za-z0-9]{0,12}$/.test(draft.prefix) ? null : "Prefix: up to twelve letters or digits.",
    ],
  ];
}

function valueLack({ discount, value }: Draft): string | null {
  if (discount === "percentage" && Number(value) > 100) return "Discount: 100 per cent at most.";
  return decimalLack(value, "Discount", 0.001);
}

/** What is wrong in a step; none of it is sent before. */
export function lacksOf(draft: Draft, step: number): Lacks {
  const found: [Field, string | null][] =
    step === 0
      ? [
          ["segment", draft.segment ? null : "Segment: choose one."],
          ["regulars", shareLack(draft.regulars, "Seats for regular customers")],
        ]
      : step === 1
        ? [
            ["title", draft.title.trim() ? null : "Name: what you and the customers call it."],
            ["currency", draft.currency ? null : "Currency: choose one."],
            ...whatLacks(draft),
          ]
        : step === 2
          ? [
              ["starts", draft.starts ? null : "First day: choose one."],
              ["ends", draft.ends > draft.starts ? null : "Last day: after the first."],
              ["money", draft.money ? decimalLack(draft.money, "Budget", 0.001) : null],
              ["people", draft.people ? wholeLack(draft.people, "Customers", 1, 1_000_000) : null],
              ["uses", draft.uses ? wholeLack(draft.uses, "Uses", 1, 1_000_000) : null],
              ["usesEach", wholeLack(draft.usesEach, "Uses for each", 1, 100)],
              ["heldOut", shareLack(draft.heldOut, "Held out")],
              [
                "people",
                Number(draft.regulars) > 0 && !draft.people
                  ? "Customers: say how many, since some seats are for regular customers."
                  : null,
              ],
            ]
          : [];
  return new Map(found.filter((one): one is [Field, string] => one[1] !== null));
}

function termsOf(draft: Draft, channels: readonly Channel[]): Record<string, unknown> {
  const wanted = channels.filter(
    ({ slug, currency }) => currency === draft.currency && !draft.without.includes(slug),
  );
  const whole = (value: string) => (value ? Number(value) : null);
  if (draft.kind === "gift_card") {
    return {
      amount: draft.amount.trim(),
      currency: draft.currency,
      valid_days: whole(draft.validDays),
    };
  }
  if (draft.kind === "shipping") {
    return {
      name: draft.method.trim(),
      channels: wanted.map(({ slug, currency }) => ({ slug, currency, price: draft.price.trim() })),
      cost: draft.cost.trim(),
      min_days: whole(draft.minDays),
      max_days: whole(draft.maxDays),
    };
  }
  return {
    discount: draft.discount,
    channels: wanted.map(({ slug, currency }) => ({
      slug,
      currency,
      value: draft.discount === "free_shipping" ? "0" : draft.value.trim(),
      min_spent: draft.minSpent.trim() || null,
    })),
    prefix: draft.prefix.toUpperCase(),
  };
}

/** What is sent, once no step lacks anything. */
export function wantedOf(draft: Draft, channels: readonly Channel[]): ProgrammeWanted {
  const whole = (value: string) => (value ? Number(value) : null);
  return {
    kind: draft.kind,
    title: draft.title.trim(),
    segment: draft.segment,
    terms: termsOf(draft, channels),
    starts_at: `${draft.starts}T00:00:00Z`,
    ends_at: `${draft.ends}T23:59:59Z`,
    currency: draft.currency,
    hold_out: Number(draft.heldOut) / 100,
    open_share: Number(draft.regulars) / 100,
    needs_consent: draft.needsConsent,
    most_money: draft.money.trim() || null,
    most_people: whole(draft.people),
    most_uses: whole(draft.uses),
    uses_each: Number(draft.usesEach),
  };
}
