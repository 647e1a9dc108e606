// Segments in words.

import type { SegmentColumn } from "../api/segments";
import { EVIDENCE, VERDICTS } from "../customer/words";
import { type Format, sentenceCase } from "../format/format";
import type { Key } from "../words/keys";
import type { ConditionDraft } from "./draft";
import { say } from "../words/say";

export const OPERATORS: Record<ConditionDraft["operator"], Key> = {
  ">=": "segments.operator.least",
  "<=": "segments.operator.most",
  "==": "segments.operator.exactly",
  ">": "segments.operator.more",
  "<": "segments.operator.less",
};

const UNITS: Partial<Record<SegmentColumn["unit"], Key>> = {
  days: "segments.unit.days",
  points: "segments.unit.points",
  percent: "segments.unit.percent",
  times: "segments.unit.times",
};

export function unitOf(column: SegmentColumn, currency: string | null): string {
  const unit = UNITS[column.unit];
  if (unit) return say(unit);
  return column.unit === "money" ? (currency ?? "") : "";
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
  const value = (written: string) => {
    const shown = column.grades.length > 0 ? gradeWords(column, written) : written;
    return shown && unit ? say("segments.amount", { value: shown, unit }) : shown || unit;
  };
  if (one.exit.trim() === "") return say("segments.stay.none");
  return say("segments.stay", {
    operator: say(OPERATORS[one.operator]),
    enter: value(one.threshold),
    stay: value(one.exit),
  });
}

/** "+3 since the run before" */
export function trendWords(sizes: readonly number[], format: Format): string {
  const [before, now] = [sizes.at(-2), sizes.at(-1)];
  if (before === undefined || now === undefined) return say("segments.trend.unknown");
  const change = now - before;
  if (change === 0) return say("segments.trend.same");
  return say("segments.trend.change", {
    change: `${change > 0 ? "+" : "−"}${format.count(Math.abs(change))}`,
  });
}
