// The week's five figures in words: what each means, how it changed, and why a change is not told.

import type { WeekFigure } from "../api/overview";
import type { Format } from "../format/format";

interface FigureWords {
  label: string;
  means: string;
  /** The page on which it can be acted on. */
  to?: string;
}

export const FIGURES: Record<WeekFigure["key"], FigureWords> = {
  orders_paid: { label: "Orders paid", means: "Placed in these seven days, and paid." },
  orders_led: {
    label: "Orders through customers",
    means: "Of these, with a customer's code or after somebody who leads.",
  },
  value_expected: {
    label: "Expected of all customers",
    means: "Own purchases, codes and influence together, as far ahead as Settings say.",
    to: "/customers",
  },
  customers_leading: {
    label: "Customers who bring in others",
    means: "Proven, or followed more often than chance explains.",
    to: "/customers",
  },
  perks_used: {
    label: "Perks used",
    means: "Orders with a perk, without those that were cancelled.",
    to: "/perks",
  },
};

export const MISSING: Record<NonNullable<WeekFigure["missing"]>, string> = {
  history: "The history is still being read.",
  "not-run": "Nothing has been calculated yet.",
  "no-run-before": "Not enough yet to compare: there is no calculation of a week ago.",
  "other-terms": "Not compared: another currency or horizon counted a week ago.",
  young: "Not enough yet to compare: the app was not here the whole week before.",
};

function written(value: NonNullable<WeekFigure["now"]>, format: Format): string {
  return typeof value === "number" ? format.count(value) : format.estimate(value);
}

/** "–" for what is not known. */
export function figureOf({ now }: WeekFigure, format: Format): string {
  return now === null ? "–" : written(now, format);
}

export type Direction = "up" | "down" | "level";

interface Change {
  direction: Direction;
  /** "+3 (+25%)"; without a share where there was nothing before. */
  text: string;
}

/** How the figure changed on the week before; null where the two are not compared. */
export function changeOf({ now, before }: WeekFigure, format: Format): Change | null {
  if (now === null || before === null) return null;
  const [is, was] = [now, before].map((one) =>
    typeof one === "number" ? one : Number(one.amount),
  ) as [number, number];
  const more = is - was;
  if (more === 0) return { direction: "level", text: "As the week before" };
  const size =
    typeof now === "number"
      ? format.count(Math.abs(more))
      : format.estimate({ ...now, amount: Math.abs(more).toFixed(2) });
  const sign = more > 0 ? "+" : "−";
  const share = was > 0 ? ` (${sign}${format.percent(Math.abs(more) / was)})` : "";
  return { direction: more > 0 ? "up" : "down", text: `${sign}${size}${share}` };
}

const DAY_MS = 86_400_000;

/** "25 – 31 Oct 2026": the last day is the one before `until`. */
export function daysOf({ since, until }: { since: string; until: string }, locale: string): string {
  const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  return days.formatRange(new Date(since), new Date(Date.parse(until) - DAY_MS));
}
