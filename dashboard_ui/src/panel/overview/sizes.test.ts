import { expect, it } from "vitest";

import { linesOf } from "./sizes";

function segment(name: string, ...sizes: number[]) {
  return {
    name,
    title: name,
    sizes: sizes.map((size, at) => ({ run_id: at, as_of: `2026-11-0${at + 1}`, size })),
  };
}

it("draws the five largest segments that ever had a member, the largest first", () => {
  const segments = [
    segment("empty", 0, 0),
    segment("left", 4, 0),
    ...[1, 2, 3, 4, 5].map((size) => segment(`of ${size}`, 1, size)),
  ];
  expect(linesOf(segments).map((line) => line.name)).toEqual([
    "of 5",
    "of 4",
    "of 3",
    "of 2",
    "of 1",
  ]);
  expect(linesOf([segment("left", 4, 0)])[0]?.points).toEqual([
    { at: "2026-11-01", value: 4 },
    { at: "2026-11-02", value: 0 },
  ]);
});
