import { describe, expect, it } from "vitest";

import { fromPlace, segmentPlaceOf } from "../segments/place";
import { shownColumns } from "./columns";
import { chosen, forSegment, type Names, picksLow, without } from "./filters";

const NAMES: Names = {
  segments: new Map(),
  topics: new Map([["cups", "Cups"]]),
  networks: new Map(),
  perks: new Map(),
};
const NOON = Date.parse("2026-11-30T12:00:00Z");

describe("filters", () => {
  it("are those that ask for something, and come off one by one", () => {
    const all = { segment: "loyal", verdict: null, value_from: "100" };

    expect(chosen(all)).toEqual([
      ["segment", "loyal"],
      ["value_from", "100"],
    ]);
    expect(without(all, "segment")).toEqual({ value_from: "100" });
  });

  it("of worth become lower bounds of a segment, and of days both", () => {
    const { conditions, leftOut } = forSegment(
      {
        verdict: "leads",
        topic: "cups",
        value_from: "100.50",
        agreed: "perks",
        ordered_from: "2026-11-01",
        ordered_before: "2026-11-30",
      },
      NAMES,
      NOON,
    );

    expect(leftOut).toEqual([]);
    const told = conditions.map((one) => `${one.column} ${one.operator} ${one.threshold}`);
    expect(told).toEqual([
      "verdict >= leads",
      "category_verdict >= leads",
      "value >= 100.5",
      "days_since_last_order <= 29",
      "days_since_last_order > 0",
      "consent_perks >= yes",
    ]);
    expect(conditions[1]).toMatchObject({ about: "cups", about_name: "Cups" });
  });

  it("that no segment can have are named, and so is having too little evidence", () => {
    const all = { segment: "loyal", verdict: "not enough evidence", perk: "any" } as const;

    expect(forSegment(all, NAMES, NOON)).toEqual({
      conditions: [],
      leftOut: ["segment", "verdict", "perk"],
    });
  });

  it("of one verdict pick nobody as a whole, but for the highest", () => {
    expect(picksLow({})).toBe(false);
    expect(picksLow({ verdict: "proven" })).toBe(false);
    expect(picksLow({ verdict: "leads" })).toBe(true);
    expect(picksLow({ verdict: "not enough evidence" })).toBe(true);
  });

  it("reach the editor of segments by its address", () => {
    const { conditions } = forSegment({ value_from: "100", topic: "a/b %" }, NAMES, NOON);

    expect(segmentPlaceOf(fromPlace(conditions))).toEqual({ kind: "from", conditions });
    expect(segmentPlaceOf("/segments/from/nonsense")).toEqual({ kind: "from", conditions: [] });
    const bad = encodeURIComponent('[{"column":1},{"column":"a","operator":"==","threshold":1}]');
    expect(segmentPlaceOf(`/segments/from/${bad}`)).toEqual({ kind: "from", conditions: [] });
  });
});

describe("columns", () => {
  it("stand in one order, with that of the order among them", () => {
    expect(shownColumns(["verdict", "civ"], "follow_on")).toEqual(["follow_on", "civ", "verdict"]);
  });
});
