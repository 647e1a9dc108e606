// A picture's steps and bands in words: the list beside it says all that it shows.

import type { Band, Spread, Step } from "../api/products";
import type { Format } from "../format/format";
import { bandsAt } from "./steps";

export const LEGEND = {
  tied: "After somebody they are tied to",
  untied: "All other purchases",
  anyway: "Would have sold anyway",
  sale: "Below list price",
} as const;

/** Steps are hours and days of UTC, whatever the reader's clock. */
export function stepName(at: string, step: Spread["step"], locale: string): string {
  const wanted: Intl.DateTimeFormatOptions =
    step === "month"
      ? { month: "long", year: "numeric" }
      : step === "hour"
        ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
        : { dateStyle: "medium" };
  const name = new Intl.DateTimeFormat(locale, { ...wanted, timeZone: "UTC" }).format(new Date(at));
  return step === "week" ? `Week of ${name}` : name;
}

/** The short name of a step below the axis. */
export function tickName(at: string, step: Spread["step"], locale: string): string {
  const wanted: Intl.DateTimeFormatOptions =
    step === "month"
      ? { month: "short", year: "2-digit" }
      : { day: "numeric", month: "short", ...(step === "hour" && { hour: "numeric" }) };
  return new Intl.DateTimeFormat(locale, { ...wanted, timeZone: "UTC" }).format(new Date(at));
}

export function bandWords(band: Band, format: Format): string {
  if (band.price !== null) return `list price ${format.money(band.price)}`;
  const how = band.kind === "voucher" ? "with voucher codes" : "below the list price";
  return `sold ${format.percent(band.off ?? 0)} ${how}`;
}

export function purchasesWords(count: number, format: Format): string {
  return count === 1 ? "1 purchase" : `${format.count(count)} purchases`;
}

function anywayWords(step: Step, format: Format): string {
  const [low, high] = [step.anyway_low, step.anyway_high].map(format.decimal);
  const interval = low === high ? "" : ` (${low} to ${high})`;
  return `about ${format.decimal(step.anyway)} would have sold anyway${interval}`;
}

/** All that the picture shows of a step. */
export function stepWords(step: Step, spread: Spread, format: Format): string {
  const parts = [
    step.purchases === 0 ? "no purchase" : purchasesWords(step.purchases, format),
    ...(step.tied > 0 ? [`${format.count(step.tied)} after somebody they are tied to`] : []),
    ...(step.anyway < step.purchases ? [anywayWords(step, format)] : []),
    ...(step.purchases === 0 ? [] : bandsAt(step, spread.bands)).map((band) =>
      bandWords(band, format),
    ),
  ];
  return `${stepName(step.at, spread.step, format.locale)}: ${parts.join(", ")}`;
}

/** The picture in a sentence, for who does not see it. */
export function pictureWords(spread: Spread, format: Format): string {
  const { purchases, tied } = spread.whole;
  const sales = spread.bands.filter((one) => one.kind !== "price").length;
  const below = sales === 0 ? "" : ` Times below list price: ${format.count(sales)}.`;
  return `${purchasesWords(purchases, format)} by ${spread.step}, ${format.count(tied)} of them after somebody the buyer is tied to.${below} The list beside it has every ${spread.step}.`;
}
