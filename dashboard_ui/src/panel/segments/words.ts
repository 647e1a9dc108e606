// Segments in words.

import type { SegmentColumn } from "../api/segments";
import { EVIDENCE, VERDICTS } from "../customer/words";
import { type Format, sentenceCase } from "../format/format";
import type { ConditionDraft } from "./draft";
import { say } from "../words/say";

export const OPERATORS: Record<ConditionDraft["operator"], string> = {
  ">=": "at least",
  "<=": "at most",
  "==": "exactly",
  ">": "more than",
  "<": "less than",
};

const UNITS: Record<SegmentColumn["unit"], string> = {
  money: "",
  count: "",
  days: "days",
  points: "points of 100",
  percent: "%",
  times: "usual gaps",
  grade: "",
};

export function unitOf(column: SegmentColumn, currency: string | null): string {
  return column.unit === "money" ? (currency ?? "") : UNITS[column.unit];
}

export function gradeWords(column: SegmentColumn, grade: string): string {
  if (column.column.endsWith("verdict") && grade in VERDICTS) {
    return say(VERDICTS[grade as keyof typeof VERDICTS].word);
  }
  if (column.column === "evidence" && grade in EVIDENCE) {
    return say(EVIDENCE[grade as keyof typeof EVIDENCE].word);
  }
  return sentenceCase(grade);
}

/** What the second bound does, said of this condition. */
export function stayWords(
  one: ConditionDraft,
  column: SegmentColumn,
  currency: string | null,
): string {
  const unit = unitOf(column, currency);
  const value = (written: string) =>
    [column.grades.length > 0 ? gradeWords(column, written) : written, unit]
      .filter(Boolean)
      .join(" ");
  if (one.exit.trim() === "") {
    return "Who no longer meets it leaves with the next run. A second, easier bound keeps people from going in and out.";
  }
  return `Enters with ${OPERATORS[one.operator]} ${value(one.threshold)}; once in, stays with ${OPERATORS[one.operator]} ${value(one.exit)}.`;
}

/** "+3 since the run before" */
export function trendWords(sizes: readonly number[], format: Format): string {
  const [before, now] = [sizes.at(-2), sizes.at(-1)];
  if (before === undefined || now === undefined) return "Not known yet";
  const change = now - before;
  if (change === 0) return "As in the run before";
  return `${change > 0 ? "+" : "−"}${format.count(Math.abs(change))} since the run before`;
}

export function peopleWords(count: number, format: Format): string {
  return count === 1 ? "1 customer" : `${format.count(count)} customers`;
}
