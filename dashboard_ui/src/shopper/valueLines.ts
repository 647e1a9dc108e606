// What the shop estimates of somebody, in sentences.

import type { Statement } from "./api/client";
import type { Words } from "./words";

type Value = Statement["value"];

/** Return what the estimate is made of: a sentence each. */
export function valueLines(words: Words, found: Value): string[] {
  return [...own(words, found), ...ofOthers(words, found), ...certainty(words, found)];
}

function own(words: Words, found: Value): string[] {
  const orders = { count: found.orders_count, revenue: words.money(found.revenue) };
  const range = { low: words.money(found.clv_low), high: words.money(found.clv_high) };
  const days = found.days_since_last_order;
  return [
    words.t("value.orders", orders),
    ...(days === null ? [] : [words.t("value.last", { count: days })]),
    words.t("value.clv", { amount: words.money(found.clv), ...range }),
  ];
}

function ofOthers(words: Words, found: Value): string[] {
  const count = found.crv_orders;
  const between = (name: "crv_expected" | "civ" | "civ_expected") => ({
    amount: words.money(found[name]),
    low: words.money(found[`${name}_low`]),
    high: words.money(found[`${name}_high`]),
  });
  return [
    count
      ? words.t("value.crv", { count, amount: words.money(found.crv) })
      : words.t("value.crv.none"),
    ...(found.crv_expected ? [words.t("value.crv.expected", between("crv_expected"))] : []),
    found.civ ? words.t("value.civ", between("civ")) : words.t("value.civ.none"),
    ...(found.civ_expected ? [words.t("value.civ.expected", between("civ_expected"))] : []),
    forecast(words, found),
  ];
}

function certainty(words: Words, found: Value): string[] {
  const { rank, percentile } = found;
  const ranked = percentile !== null && { rank, share: words.share(percentile / 100) };
  return [
    ...(ranked ? [words.t("value.rank", ranked)] : []),
    words.known(`verdict.${found.verdict}`, found.verdict_sentence),
    words.known(`evidence.${found.evidence}`, found.evidence_sentence),
  ];
}

/** Return how many purchases of others may follow theirs; without enough evidence, that. */
export function forecast(
  words: Words,
  {
    follow_on: expected,
    follow_on_low: low,
    follow_on_high: high,
    follow_on_days: days,
  }: Pick<Value, "follow_on" | "follow_on_low" | "follow_on_high" | "follow_on_days">,
): string {
  if (expected === null) return words.t("value.forecast.none");
  if (high === 0) return words.t("value.forecast.zero", { days });
  const count = Math.round(expected);
  return count
    ? words.t("value.forecast", { count, days, low, high })
    : words.t("value.forecast.few", { count: high, days });
}
