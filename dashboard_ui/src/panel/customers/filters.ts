// What a list of customers is asked for: filters in words, and as conditions of a segment where they can be.

import type { Asked } from "../api/customerLists";
import type { Verdict } from "../api/questions";
import type { SegmentCondition } from "../api/segments";
import { verdictName } from "../customer/words";
import type { Format } from "../format/format";

export type Key = keyof Asked;

export const LABELS: Record<Key, string> = {
  segment: "Segment",
  verdict: "Verdict",
  topic: "Leads in",
  value_from: "Value from",
  ordered_from: "Last order from",
  ordered_before: "Last order before",
  network: "Linked on",
  agreed: "Agreed to",
  perk: "Has the perk",
  has_code: "Personal code",
};
export const KEYS = Object.keys(LABELS) as Key[];
/** Filters that take the permission to manage discounts. */
export const OF_PERKS: readonly Key[] = ["perk", "has_code"];
export const AGREED = [
  ["perks", "Perks"],
  ["outreach", "Being contacted"],
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

export function inWords(key: Key, value: string, names: Names, format: Format): string {
  switch (key) {
    case "segment":
      return names.segments.get(value) ?? value;
    case "verdict":
      return verdictName(value as Verdict);
    case "topic":
      return names.topics.get(value) ?? value;
    case "network":
      return names.networks.get(value) ?? value;
    case "perk":
      return value === "any" ? "any" : (names.perks.get(value) ?? `programme ${value}`);
    case "agreed":
      return value === "perks" ? "perks" : "being contacted";
    case "ordered_from":
    case "ordered_before":
      return format.day(`${value}T12:00:00Z`);
    case "value_from":
      return format.decimal(Number(value));
    case "has_code":
      return "yes";
  }
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
