// What is sent of a programme as it was filled in.

import type { Channel } from "../api/operations";
import type { ProgrammeWanted } from "../api/perks";
import type { SegmentChoices } from "../api/segments";
import { conditionOf } from "../segments/draft";
import { betaTerms } from "./beta";
import type { Draft } from "./draft";

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
  if (draft.kind === "beta_invite") return betaTerms(draft);
  if (draft.kind === "shipping") {
    return {
      name: draft.method.trim(),
      channels: wanted.map(({ slug, currency }) => ({ slug, currency, price: draft.price.trim() })),
      cost: draft.cost.trim(),
      min_days: whole(draft.minDays),
      max_days: whole(draft.maxDays),
    };
  }
  if (draft.kind === "outreach") {
    return {
      task: draft.task,
      brief: draft.brief.trim(),
      due_days: Number(draft.dueDays),
      most_in_90_days: Number(draft.mostOften),
      task_cost: draft.taskCost.trim() || "0",
      gift:
        draft.task === "product"
          ? {
              variant_id: draft.variant,
              channel: wanted[0]?.slug,
              currency: draft.currency,
              cost: draft.cost.trim(),
            }
          : null,
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
    ...(draft.discount !== "free_shipping" && {
      categories: draft.categories,
      collections: draft.collections,
      products: draft.discounted,
    }),
    prefix: draft.prefix.toUpperCase(),
    ...(draft.kind === "referral" && {
      reward: draft.reward.trim(),
      reward_days: whole(draft.rewardDays),
      return_days: Number(draft.returnDays),
    }),
    app_applies: draft.appApplies,
  };
}

/** What is sent, once no step lacks anything. */
export function wantedOf(
  draft: Draft,
  channels: readonly Channel[],
  choices?: SegmentChoices,
): ProgrammeWanted {
  const whole = (value: string) => (value ? Number(value) : null);
  return {
    kind: draft.kind,
    title: draft.title.trim(),
    ...(draft.whom === "conditions" && choices
      ? { segment: null, conditions: draft.conditions.map((one) => conditionOf(one, choices)) }
      : { segment: draft.segment, conditions: null }),
    terms: termsOf(draft, channels),
    starts_at: `${draft.starts}T00:00:00Z`,
    ends_at: `${draft.ends}T23:59:59Z`,
    currency: draft.currency,
    hold_out: Number(draft.heldOut) / 100,
    open_share: Number(draft.regulars) / 100,
    // Nobody is contacted who has not agreed to it.
    needs_consent: draft.kind === "outreach" || draft.needsConsent,
    most_money: draft.money.trim() || null,
    most_people: whole(draft.people),
    most_uses: whole(draft.uses),
    uses_each: Number(draft.usesEach),
  };
}
