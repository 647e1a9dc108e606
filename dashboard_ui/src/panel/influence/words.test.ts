import { expect, it } from "vitest";

import { plainly } from "./words";

it("the gate is told without the figures of its test", () => {
  expect(plainly("Influence shows (2.9 standard errors), and not (as friends do) by news.")).toBe(
    "Influence shows, and not (as friends do) by news.",
  );
  expect(plainly("Chance explains 3 to 5 (p = 0.005 by 200 shuffles; p = 0.1 reversed).")).toBe(
    "Chance explains 3 to 5.",
  );
});
