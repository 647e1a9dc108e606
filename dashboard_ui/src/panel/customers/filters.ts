// What a list of customers is asked for: its filters, and as conditions of a segment where they can be.

import type { Asked } from "../api/customerLists";
import type { SegmentCondition } from "../api/segments";
import type { Key as Word } from "../words/keys";

export type Key = keyof Asked;

export const LABELS: Record<Key, Word> = {
  segment: "customers.filter.segment",
  verdict: "customers.filter.verdict",
  topic: "customers.filter.topic",
  value_from: "customers.filter.value_from",
  ordered_from: "customers.filter.ordered_from",
  ordered_before: "customers.filter.ordered_before",
  network: "customers.filter.network",
  agreed: "customers.filter.agreed",
  perk: "customers.filter.perk",
  has_code: "customers.filter.has_code",
};
export const KEYS = Object.keys(LABELS) as Key[];
/** Filters that take the permission to manage discounts. */
export const OF_PERKS: readonly Key[] = ["perk", "has_code"];
export const AGREED = [
  ["perks", "customers.agreed.perks"],
  ["outreach", "customers.agreed.outreach"],
] as const;

/** Names by id, for what a filter names by an id. */
export interface Names {
  segments: ReadonlyMap<string, string>;
  topics: ReadonlyMap<string, string>;
  networks: ReadonlyMap<string, string>;
  perks: ReadonlyMap<string, string>;
}

/** The filters that ask for something. */
export function chosen(asked: Asked): [Key, string][] {
  return KEYS.flatMap((key): [Key, string][] => {
    const value = asked[key];
    return value === null || value === undefined || value === "" ? [] : [[key, value]];
  });
}

export function asked(pairs: readonly (readonly [Key, string])[]): Asked {
  return Object.fromEntries(pairs);
}

export function without(all: Asked, key: Key): Asked {
  return asked(chosen(all).filter(([one]) => one !== key));
}

/** Verdicts that a list may show and nobody may be picked for: the list leaves out whoever stands higher. */
export function picksLow(all: Asked): boolean {
  return all.verdict !== undefined && all.verdict !== null && all.verdict !== "proven";
}

export interface ForSegment {
  conditions: SegmentCondition[];
  /** Filters that no segment can have. */
  leftOut: Key[];
}

function daysSince(day: string, nowMs: number): number {
  return Math.floor((nowMs - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);
}

function conditionOf(
  key: Key,
  value: string,
  names: Names,
  nowMs: number,
): SegmentCondition | null {
  switch (key) {
    case "verdict":
      // Of worth there are lower bounds alone: "leads" takes in who is proven to lead.
      return value === "not enough evidence"
        ? null
        : { column: "verdict", operator: ">=", threshold: value };
    case "topic": {
      const about = { about: value, about_name: names.topics.get(value) ?? value };
      return { column: "category_verdict", operator: ">=", threshold: "leads", ...about };
    }
    case "value_from":
      return { column: "value", operator: ">=", threshold: Number(value) };
    case "agreed":
      return { column: `consent_${value}`, operator: ">=", threshold: "yes" };
    case "ordered_from":
      return {
        column: "days_since_last_order",
        operator: "<=",
        threshold: daysSince(value, nowMs),
      };
    case "ordered_before":
      return { column: "days_since_last_order", operator: ">", threshold: daysSince(value, nowMs) };
    default:
      return null;
  }
}

export function forSegment(all: Asked, names: Names, nowMs: number): ForSegment {
  const found: ForSegment = { conditions: [], leftOut: [] };
  for (const [key, value] of chosen(all)) {
    const condition = conditionOf(key, value, names, nowMs);
    if (condition === null) found.leftOut.push(key);
    else found.conditions.push(condition);
  }
  return found;
}
