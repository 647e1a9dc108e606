// The hours, days, weeks or months of a picture, those without a purchase among them.

import type { Band, Spread, Step } from "../api/products";

const MS: Record<"hour" | "day" | "week", number> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Where the step that begins there ends, in UTC. */
export function afterStep(at: number, step: Spread["step"]): number {
  if (step !== "month") return at + MS[step];
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function empty(at: number): Step {
  const none = { purchases: 0, units: 0, tied: 0, anyway: 0, anyway_low: 0, anyway_high: 0 };
  return { at: new Date(at).toISOString(), ...none };
}

/** Every step of the time that is shown, in its order. */
export function filled(spread: Spread): Step[] {
  if (spread.start === null || spread.end === null) return [];
  const known = new Map(spread.steps.map((one) => [Date.parse(one.at), one]));
  const end = Date.parse(spread.end);
  const steps: Step[] = [];
  for (let at = Date.parse(spread.start); at < end; at = afterStep(at, spread.step)) {
    steps.push(known.get(at) ?? empty(at));
  }
  return steps;
}

/** The end of an axis from 0: a round number that is even, so that its middle is whole. */
export function axisEnd(most: number): number {
  if (most <= 2) return 2;
  const unit = 10 ** Math.floor(Math.log10(most));
  const round = [1, 2, 4, 6, 8, 10].find((one) => one * unit >= most && (one * unit) % 2 === 0);
  return (round ?? 20) * unit;
}

/** Which of the steps a band covers: the first, and one after the last. */
export function covered(band: Band, steps: readonly Step[]): [number, number] {
  const from = steps.findIndex((one) => Date.parse(one.at) >= Date.parse(band.start));
  const to = steps.findIndex((one) => Date.parse(one.at) >= Date.parse(band.end));
  return [from < 0 ? steps.length : from, to < 0 ? steps.length : to];
}

/** The bands that hold where a step begins. */
export function bandsAt(step: Step, bands: readonly Band[]): Band[] {
  const at = Date.parse(step.at);
  return bands.filter((one) => Date.parse(one.start) <= at && at < Date.parse(one.end));
}
