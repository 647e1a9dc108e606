// Lines over time: their extent, and the same figures by day.

export interface Point {
  /** A day or moment, ISO 8601. */
  at: string;
  value: number;
  /** The ends of its 90 % interval. */
  low?: number;
  high?: number;
}

export interface Line {
  name: string;
  points: readonly Point[];
}

const DAY_MS = 86_400_000;

/** From the first day to the last (at least one day), and from zero or below to the highest value. */
export function extentOf(lines: readonly Line[]): { days: [Date, Date]; values: [number, number] } {
  const points = lines.flatMap((line) => line.points);
  const times = points.map((one) => Date.parse(one.at));
  const first = Math.min(...times);
  const last = Math.max(...times);
  const values = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const most = Math.max(...values);
  const least = Math.min(0, ...values);
  return {
    days: [new Date(first), new Date(last > first ? last : first + DAY_MS)],
    values: [least, most > least ? most : least + 1],
  };
}

/** A row for each moment that a line has a point at, newest first; undefined where a line has none. */
export function asTable(lines: readonly Line[]): [string, (number | undefined)[]][] {
  const columns = lines.map((line) => new Map(line.points.map((one) => [one.at, one.value])));
  const moments = [...new Set(lines.flatMap((line) => line.points.map((one) => one.at)))];
  return moments
    .sort((one, other) => Date.parse(other) - Date.parse(one))
    .map((at) => [at, columns.map((column) => column.get(at))]);
}
