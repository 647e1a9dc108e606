import { expect, it } from "vitest";

import type { Influence } from "../api/questions";
import { gateSaid, isFlat } from "./words";

const GATE: Influence["gate"] = {
  state: "open",
  sentence: "712 purchases followed a tied customer's (p = 0.005 by 200 shuffles).",
  run_id: 12,
  as_of: "2026-11-21T04:00:00Z",
  observed: 712,
  permuted: [400, 420],
  p: 0.005,
  reversal_p: 0.4,
  directed_after: 90,
  directed_before: 40,
  seed: 1,
  rule_version: "ledger-2",
};

it("the gate is told in a sentence without figures", () => {
  expect(gateSaid(GATE)).toMatch(/^Yes: customers here bring others to buy/);
  expect(gateSaid({ ...GATE, state: "shut" })).toMatch(/^Not so far: friends here buy alike/);
  const few = "There are too few purchases near those of tied customers to tell who leads.";
  expect(gateSaid({ ...GATE, state: "shut", sentence: few })).toBe(few);
  expect(gateSaid({ ...GATE, state: "no-ties", sentence: "No ties." })).toBe("No ties.");
});

it("a gate at which nothing followed has nothing to draw", () => {
  const nothing = { ...GATE, state: "shut" as const, observed: 0, permuted: [0, 0] };
  expect(isFlat(nothing)).toBe(true);
  expect(isFlat(GATE)).toBe(false);
  expect(gateSaid(nothing)).toMatch(/^Not yet: nobody has bought after somebody they know/);
});
