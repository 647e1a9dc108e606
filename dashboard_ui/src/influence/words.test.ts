import { expect, it } from "vitest";

import type { Influence } from "../api/questions";
import { createFormat } from "../format/format";
import { plainly } from "./words";

const format = createFormat("en");
const FIGURES = "712 purchases followed (p = 0.005).";

function told(given: Partial<Influence["gate"]>): string {
  const gate = { sentence: FIGURES, observed: 712, permuted: [420, 430, 426], ...given };
  return plainly(gate as Influence["gate"], format);
}

it("what came after a friend's purchase stands beside what chance alone would bring", () => {
  expect(told({ state: "open" })).toBe(
    "712 purchases came soon after a friend's; by chance alone it would be about 425.",
  );
  expect(told({ state: "shut", observed: 1, permuted: [0, 2] })).toBe(
    "1 purchase came soon after a friend's, about as many as by chance alone (1). So nothing is counted as influence.",
  );
});

it("more than chance brings is no influence where nobody is shown to lead", () => {
  expect(told({ state: "shut" })).toContain("nothing shows who leads");
});

it("a shop without a test keeps its own sentence", () => {
  expect(told({ state: "no-ties", permuted: [] })).toBe(FIGURES);
  expect(told({ state: "shut", permuted: [] })).toBe(FIGURES);
});
