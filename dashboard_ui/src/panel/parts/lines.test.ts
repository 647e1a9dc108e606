import { expect, test } from "vitest";

import { asTable, extentOf } from "./lines";

const BEFORE = { at: "2026-10-01", value: 10 };
const AFTER = { at: "2026-10-08", value: 14, low: 9, high: 22 };

test("the extent holds every interval and begins at zero", () => {
  expect(extentOf([{ name: "one", points: [BEFORE, AFTER] }])).toEqual({
    days: [new Date("2026-10-01"), new Date("2026-10-08")],
    values: [0, 22],
  });
});

test("one point has a day of room, and nothing but zeros has height", () => {
  const { days, values } = extentOf([{ name: "one", points: [{ at: "2026-10-01", value: 0 }] }]);
  expect(days).toEqual([new Date("2026-10-01"), new Date("2026-10-02")]);
  expect(values).toEqual([0, 1]);
});

test("the table has a row for each moment, newest first, and says where a line has nothing", () => {
  const lines = [
    { name: "one", points: [BEFORE, AFTER] },
    { name: "other", points: [{ at: "2026-10-08", value: 3 }] },
  ];
  expect(asTable(lines)).toEqual([
    ["2026-10-08", [14, 3]],
    ["2026-10-01", [10, undefined]],
  ]);
});
