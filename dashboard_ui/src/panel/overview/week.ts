// The week's figures as they are written, and how they changed.

import type { WeekFigure } from "../api/overview";
import type { Format } from "../format/format";
import { say } from "../words/say";

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
  if (more === 0) return { direction: "level", text: say("mounts.week.level") };
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
