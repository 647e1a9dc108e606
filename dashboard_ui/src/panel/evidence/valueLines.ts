// The lines of a customer's value and spending, from what the server kept.

import type { ValueHistory } from "../api/customerPage";
import type { Line } from "../parts/lines";
import { say } from "../words/say";

/** What was expected after each run, with its interval; it stands until the results that are shown. */
export function valueLine({ values, shown_since: now }: ValueHistory): Line {
  const points = values.map(({ at, value, value_low: low, value_high: high }) => ({
    at,
    value: Number(value.amount),
    low: Number(low.amount),
    high: Number(high.amount),
  }));
  const last = points.at(-1);
  const lasts =
    last !== undefined && now !== null && Date.parse(now) > Date.parse(last.at)
      ? [{ ...last, at: now }]
      : [];
  return { name: say("record.line.value"), points: [...points, ...lasts] };
}

/** What they paid in all, and from there to what they will have paid, as far as can be told. */
export function spendingLines({ spent, expected }: ValueHistory): Line[] {
  const paid = spent.map(({ on, so_far: money }) => ({ at: on, value: Number(money.amount) }));
  const now = paid.at(-1);
  const lines: Line[] = [{ name: say("record.top.spent"), points: paid }];
  if (now === undefined || expected === null) return lines;
  const then = {
    at: expected.on,
    value: Number(expected.so_far.amount),
    low: Number(expected.low.amount),
    high: Number(expected.high.amount),
  };
  return [
    ...lines,
    {
      name: say("record.line.expected"),
      points: [{ ...now, low: now.value, high: now.value }, then],
    },
  ];
}
