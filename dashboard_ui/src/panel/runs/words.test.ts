import { describe, expect, it } from "vitest";

import type { Run } from "../api/questions";
import { createFormat } from "../format/format";
import { canGoBackTo } from "./RunsTable";
import { countsWorthTelling, runKind, runTook, waitsFor } from "./words";

function run(id: number, given: Partial<Run> = {}): Run {
  return { id, state: "done", kind: "full", back_to: null, ...given } as Run;
}

describe("a run's counts", () => {
  it("begin with the main figures, nought or not, in words", () => {
    const counts = { scores_gone: 0, records_changed: 0, customers: 280, memberships_changed: 62 };
    expect(countsWorthTelling(counts)).toEqual([
      ["Customers valued", 280],
      ["Customer records changed", 0],
      ["Memberships changed", 62],
    ]);
  });

  it("are none before the run has counted", () => {
    expect(countsWorthTelling({})).toEqual([]);
  });
});

it("a rollback says where it went", () => {
  expect(runKind(run(3, { kind: "rollback", back_to: 1 }))).toBe("back to run 1");
});

it("short runs are told in seconds, long ones roughly", () => {
  const format = createFormat("en");
  expect(runTook(3.14159, format)).toBe("3.14 s");
  expect(runTook(190, format)).toBe("about 3 minutes");
  expect(runTook(null, format)).toBe("–");
});

it("a queued run says until when it waits, or for what", () => {
  const [format, now] = [createFormat("en"), Date.parse("2026-11-21T03:00:00Z")];
  const until = (not_before: string) => waitsFor(run(1, { not_before }), format, now);
  expect(until("2026-11-21T03:30:00Z")).toMatch(/^Collects what changes until .*2026/);
  expect(until("2026-11-21T03:00:00Z")).toBe("Waits for a worker that is free");
});

describe("the way back", () => {
  it("leads to finished runs other than the one shown", () => {
    const runs = [run(5, { state: "failed" }), run(4), run(3), run(2, { state: "cancelled" })];
    expect([...canGoBackTo({ runs, heldAt: null })]).toEqual([3]);
  });

  it("leads forward too, while the shop is held at an earlier run", () => {
    const runs = [run(5, { kind: "rollback", back_to: 3 }), run(4), run(3)];
    expect([...canGoBackTo({ runs, heldAt: 3 })]).toEqual([4]);
  });
});
