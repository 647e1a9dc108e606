// Why somebody is in a segment or could be drawn, in their language: what was asked of them, and their own numbers.

import type { SegmentPart } from "./api/client";
import { capital, type Key, type Words } from "./words";

const BOUNDS: Partial<Record<string, Key>> = {
  ">=": "bound.least",
  "<=": "bound.most",
  "==": "bound.exactly",
  ">": "bound.more",
  "<": "bound.less",
};
type Parts = readonly SegmentPart[];

/** Return why the shopper is in a segment; null where this page has no words for it. */
export function because(words: Words, parts: Parts, currency: string): string | null {
  if (!isKnown(words, parts)) return null;
  const said = parts.map((one) => {
    const bound = bounded(words, one, currency);
    const staying = one.staying ? words.t("bound.stays", { bound }) : bound;
    return `${inWords(words, one, one.value, told(words, one, one.value, currency))} (${staying})`;
  });
  return `${capital(said.join("; "), words.language)}.`;
}

/** Return what was asked of everybody, without the shopper's own numbers; null where there are no words for it. */
export function wanted(words: Words, parts: Parts, currency: string): string | null {
  if (!isKnown(words, parts)) return null;
  return parts
    .map((one) => {
      const isConsent = one.column.startsWith("consent_");
      const value = isConsent
        ? told(words, one, one.bound, currency)
        : bounded(words, one, currency);
      return inWords(words, one, one.bound, value);
    })
    .join("; ");
}

function inWords(words: Words, one: SegmentPart, count: string | number, value: string): string {
  const key = `because.${one.column}`;
  return words.known(key, "", { count: Number(count), value, about: one.about ?? "" });
}

function isKnown(words: Words, parts: Parts): boolean {
  const has = (one: SegmentPart) => words.has(`because.${one.column}`) && one.operator in BOUNDS;
  return parts.length > 0 && parts.every(has);
}

function bounded(words: Words, one: SegmentPart, currency: string): string {
  const key = BOUNDS[one.operator];
  return key ? words.t(key, { bound: told(words, one, one.bound, currency) }) : "";
}

function told(words: Words, one: SegmentPart, value: string | number, currency: string): string {
  if (one.kind === "grade") return words.known(`grade.${value}`, String(value));
  if (one.kind === "money") return words.money({ amount: String(value), currency });
  const number = Number(value);
  return one.column === "percentile" ? words.share(number / 100) : words.number(number, 1);
}
