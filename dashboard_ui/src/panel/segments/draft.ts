// A segment as somebody writes it, and what is wrong with it field by field.

import type {
  Segment,
  SegmentChoices,
  SegmentColumn,
  SegmentCondition,
  SegmentDefinition,
} from "../api/segments";
import { say } from "../words/say";

type Operator = SegmentCondition["operator"];

export interface ConditionDraft {
  /** Tells the rows apart while they are moved and removed. */
  key: number;
  column: string;
  operator: Operator;
  threshold: string;
  /** Empty: the same bound to stay as to enter. */
  exit: string;
  /** The category or network; empty where the column needs none. */
  about: string;
}

export interface Draft {
  name: string;
  title: string;
  description: string;
  conditions: ConditionDraft[];
  /** In percent; empty: no limit. */
  share: string;
  needsLedger: boolean;
  orderBy: string;
}

/** A number as people write it: "1,5" and "1.5" are the same, "" and "much" are none. */
export function numberOf(written: string): number | null {
  const plain = written.trim().replace(",", ".");
  const number = Number(plain);
  return plain === "" || !Number.isFinite(number) ? null : number;
}

/** "Big spenders, 2026!" → "big-spenders-2026" */
export function slugOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64)
    .replace(/-+$/, "");
}

export function conditionDrafts(stored: Segment["conditions"]): ConditionDraft[] {
  return stored.map((one, key) => ({
    key,
    column: one.column,
    operator: one.operator,
    threshold: String(one.threshold),
    exit: one.exit_threshold === null ? "" : String(one.exit_threshold),
    about: one.about ?? "",
  }));
}

export function draftOf(segment: Segment): Draft {
  return {
    name: segment.name,
    title: segment.title,
    description: segment.description,
    conditions: conditionDrafts(segment.conditions),
    share: segment.max_share >= 1 ? "" : String(Number((segment.max_share * 100).toFixed(4))),
    needsLedger: segment.needs === "ledger",
    orderBy: segment.order_by,
  };
}

/** A condition on the column as it begins: the first operator that fits, the strongest grade. */
export function conditionOn(column: SegmentColumn, key: number, about = ""): ConditionDraft {
  const last = column.grades.at(-1) ?? "";
  const operator = column.operators[0] ?? ">=";
  return { key, column: column.column, operator, threshold: last, exit: "", about };
}

export function emptyDraft(): Draft {
  return {
    name: "",
    title: "",
    description: "",
    conditions: [],
    share: "",
    needsLedger: false,
    orderBy: "value",
  };
}

export function copyOf(draft: Draft, taken: readonly string[]): Draft {
  const title = say("segments.copy", { title: draft.title });
  const base = slugOf(title);
  const free = [base, ...Array.from({ length: 60 }, (_, n) => `${base}-${n + 2}`)];
  return { ...draft, title, name: free.find((name) => !taken.includes(name)) ?? base };
}

export function columnsByName(choices: SegmentChoices): Map<string, SegmentColumn> {
  return new Map(choices.columns.map((column) => [column.column, column]));
}

function aboutName(column: SegmentColumn, about: string, choices: SegmentChoices): string {
  const among = column.about === "network" ? choices.networks : choices.categories;
  return among.find(({ id }) => id === about)?.name ?? about;
}

export function conditionOf(one: ConditionDraft, choices: SegmentChoices): SegmentCondition {
  const column = columnsByName(choices).get(one.column);
  const value = (written: string) =>
    column && column.grades.length > 0 ? written : (numberOf(written) ?? 0);
  return {
    column: one.column,
    operator: one.operator,
    threshold: value(one.threshold),
    exit_threshold: one.exit.trim() === "" ? null : value(one.exit),
    ...(column?.about
      ? { about: one.about, about_name: aboutName(column, one.about, choices) }
      : {}),
  };
}

/** What is sent; only once `lacksOf` finds nothing. */
export function definitionOf(draft: Draft, choices: SegmentChoices): SegmentDefinition {
  const share = numberOf(draft.share);
  return {
    name: draft.name,
    title: draft.title.trim(),
    description: draft.description.trim(),
    conditions: draft.conditions.map((one) => conditionOf(one, choices)),
    max_share: share === null ? 1 : share / 100,
    needs: draft.needsLedger ? "ledger" : null,
    order_by: draft.orderBy,
  };
}
