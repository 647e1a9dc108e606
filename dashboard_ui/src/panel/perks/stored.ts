// A stored programme, as a merchandiser filled it in.

import type { Programme } from "../api/perks";
import { conditionDrafts } from "../segments/draft";
import { betaOf } from "./beta";
import { hasDiscount } from "./fields";
import { type Discount, type Draft, emptyDraft } from "./draft";
import { say } from "../words/say";

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const texts = (value: unknown) => (Array.isArray(value) ? value.map(text) : []);

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
    whom: programme.conditions === null ? "segment" : "conditions",
    segment: programme.segment ?? "",
    conditions: conditionDrafts(programme.conditions ?? []),
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
    method: text(terms.name) || say("plan.method.usual"),
    price: text(first.price) || "0",
    cost: text(terms.cost) || text(gift.cost),
    task: (text(terms.task) || "note") as Draft["task"],
    brief: text(terms.brief),
    dueDays: text(terms.due_days) || "14",
    mostOften: text(terms.most_in_90_days) || "1",
    taskCost: text(terms.task_cost) || "0",
    variant: text(gift.variant_id),
    categories: texts(terms.categories),
    collections: texts(terms.collections),
    discounted: hasDiscount(kind) ? texts(terms.products) : [],
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
