// Segment sizes as lines: the largest ones, so that each line can be told from the others.

import type { Week } from "../api/overview";
import type { Line } from "../parts/lines";

/** As many as the chart has colours. */
const MOST = 5;

type Sizes = Week["segments"][number];

function last({ sizes }: Sizes): number {
  return sizes.at(-1)?.size ?? 0;
}

/** Those that ever had a member, the largest now first. */
export function linesOf(segments: readonly Sizes[]): Line[] {
  return segments
    .filter(({ sizes }) => sizes.some(({ size }) => size > 0))
    .sort((one, other) => last(other) - last(one))
    .slice(0, MOST)
    .map(({ title, sizes }) => ({
      name: title,
      points: sizes.map(({ as_of: at, size }) => ({ at, value: size })),
    }));
}
