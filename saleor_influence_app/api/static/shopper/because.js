// Why somebody is in a segment or could be drawn, in their language: what was asked of them, and their own numbers.

import { h } from "./dom.js";

const BOUNDS = { ">=": "least", "<=": "most", "==": "exactly", ">": "more", "<": "less" };

/** Why the shopper is in a segment, in their language; what this page has no words for stays in the API's English. */
export function because(words, { parts, reason }, currency) {
  if (!isKnown(words, parts)) return h("span", { lang: "en", class: "small" }, reason);
  const said = parts.map((one) => {
    const bound = bounded(words, one, currency);
    const text = words.t(`because.${one.column}`, { count: Number(one.value), value: told(words, one, one.value, currency), about: one.about ?? "" });
    return `${text} (${one.staying ? words.t("bound.stays", { bound }) : bound})`;
  }).join("; ");
  return h("span", { class: "small" }, `${said.charAt(0).toLocaleUpperCase(words.language)}${said.slice(1)}.`);
}

/** What was asked of everybody, without the shopper's own numbers; null where this page has no words for it. */
export function wanted(words, parts, currency) {
  if (!isKnown(words, parts)) return null;
  return parts.map((one) => {
    const isConsent = one.column.startsWith("consent_");
    const value = isConsent ? told(words, one, one.bound, currency) : bounded(words, one, currency);
    return words.t(`because.${one.column}`, { count: Number(one.bound), value, about: one.about ?? "" });
  }).join("; ");
}

function isKnown(words, parts) {
  return parts.length > 0 && parts.every((one) => words.has(`because.${one.column}`) && one.operator in BOUNDS);
}

function bounded(words, one, currency) {
  return words.t(`bound.${BOUNDS[one.operator]}`, { bound: told(words, one, one.bound, currency) });
}

function told(words, one, value, currency) {
  if (one.kind === "grade") return words.known(`grade.${value}`, value);
  if (one.kind === "money") return words.money({ amount: value, currency });
  return one.column === "percentile" ? words.share(value / 100) : words.number(value, 1);
}
