// Numbers, money and times as the Dashboard's locale writes them; the words around them are of its language.

import type { components } from "../../schema";
import { languageOf, say } from "../words/say";

type Money = components["schemas"]["Money"];

export interface Format {
  locale: string;
  count: (value: number) => string;
  decimal: (value: number) => string;
  /** A small number of three significant digits, such as a rate. */
  precise: (value: number) => string;
  /** An exact amount, to the cent. */
  money: (money: Money) => string;
  /** An estimated amount: no cents where they would only pretend to be known. */
  estimate: (money: Money) => string;
  percent: (share: number) => string;
  moment: (iso: string) => string;
  day: (iso: string) => string;
  /** "about 3 minutes" */
  duration: (seconds: number) => string;
  /** "5 minutes ago" */
  ago: (iso: string, nowMs?: number) => string;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const NO_CENTS_FROM = 100;

/** "gate" → "Gate" */
export function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The locale if the browser knows it, otherwise English. */
export function usableLocale(locale: string | undefined): string {
  try {
    return Intl.getCanonicalLocales((locale ?? "en").replace(/_/g, "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}

function inCurrency(locale: string, money: Money, cents: boolean): string {
  const amount = Number(money.amount);
  const digits = cents ? {} : { maximumFractionDigits: 0 };
  try {
    const style = { style: "currency", currency: money.currency, ...digits } as const;
    return new Intl.NumberFormat(locale, style).format(amount);
  } catch {
    return `${new Intl.NumberFormat(locale, digits).format(amount)} ${money.currency}`;
  }
}

function hasUsefulCents(amount: number): boolean {
  return Math.abs(amount) < NO_CENTS_FROM && !Number.isInteger(amount);
}

type Unit = "second" | "minute" | "hour" | "day";

/** How many of the largest unit that fits, at least one. */
function inUnit(seconds: number): [number, Unit] {
  const [size, unit] =
    seconds < MINUTE
      ? ([1, "second"] as const)
      : seconds < HOUR
        ? ([MINUTE, "minute"] as const)
        : seconds < DAY
          ? ([HOUR, "hour"] as const)
          : ([DAY, "day"] as const);
  return [Math.max(1, Math.round(seconds / size)), unit];
}

export function createFormat(wanted: string | undefined): Format {
  const locale = usableLocale(wanted);
  // Spans of time are words too: in the language of those around them.
  const words = languageOf(locale);
  const numbers = new Intl.NumberFormat(locale);
  const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const precise = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const count = (value: number) => numbers.format(value);
  return {
    locale,
    count,
    decimal: (value) => decimals.format(value),
    precise: (value) => precise.format(value),
    money: (money) => inCurrency(locale, money, true),
    estimate: (money) => inCurrency(locale, money, hasUsefulCents(Number(money.amount))),
    percent: (share) => percents.format(share),
    moment: (iso) => moments.format(new Date(iso)),
    day: (iso) => days.format(new Date(iso)),
    duration: (seconds) => {
      const [value, unit] = inUnit(seconds);
      const style = { style: "unit", unit, unitDisplay: "long" } as const;
      return say("parts.about", { span: new Intl.NumberFormat(words, style).format(value) });
    },
    ago: (iso, nowMs = Date.now()) => {
      const seconds = (nowMs - Date.parse(iso)) / 1000;
      if (seconds < MINUTE) return say("parts.now");
      const [value, unit] = inUnit(seconds);
      return new Intl.RelativeTimeFormat(words).format(-value, unit);
    },
  };
}
