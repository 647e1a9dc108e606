// A picture's steps and bands in words: the list beside it says all that it shows.

import type { Band, Spread, Step } from "../api/products";
import type { Format } from "../format/format";
import { bandsAt } from "./steps";
import { say } from "../words/say";

/** Steps are hours and days of UTC, whatever the reader's clock. */
export function stepName(at: string, step: Spread["step"], locale: string): string {
  const wanted: Intl.DateTimeFormatOptions =
    step === "month"
      ? { month: "long", year: "numeric" }
      : step === "hour"
        ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
        : { dateStyle: "medium" };
  const name = new Intl.DateTimeFormat(locale, { ...wanted, timeZone: "UTC" }).format(new Date(at));
  return step === "week" ? say("spread.week", { day: name }) : name;
}

/** The short name of a step below the axis. */
export function tickName(at: string, step: Spread["step"], locale: string): string {
  const wanted: Intl.DateTimeFormatOptions =
    step === "month"
      ? { month: "short", year: "2-digit" }
      : { day: "numeric", month: "short", ...(step === "hour" && { hour: "numeric" }) };
  return new Intl.DateTimeFormat(locale, { ...wanted, timeZone: "UTC" }).format(new Date(at));
}

function bandWords(band: Band, format: Format): string {
  if (band.price !== null) return say("spread.band.price", { price: format.money(band.price) });
  const share = format.percent(band.off ?? 0);
  return say(band.kind === "voucher" ? "spread.band.voucher" : "spread.band.sale", { share });
}

function anywayWords(step: Step, format: Format): string {
  const [low, high] = [format.decimal(step.anyway_low), format.decimal(step.anyway_high)];
  const count = format.decimal(step.anyway);
  return low === high
    ? say("spread.step.anyway", { count })
    : say("spread.step.anyway.interval", { count, low, high });
}

/** All that the picture shows of a step. */
export function stepWords(step: Step, spread: Spread, format: Format): string {
  const parts = [
    step.purchases === 0
      ? say("spread.step.none")
      : say("spread.step.purchases", { count: step.purchases }),
    ...(step.tied > 0 ? [say("spread.step.tied", { count: format.count(step.tied) })] : []),
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
  const { step } = spread;
  const said = [
    say("spread.picture", { count: purchases, step, tied: format.count(tied) }),
    sales > 0 && say("spread.picture.sales", { count: format.count(sales) }),
    say("spread.picture.list", { step }),
  ];
  return said.filter(Boolean).join(" ");
}
