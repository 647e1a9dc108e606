import { describe, expect, it } from "vitest";

import type { Spread, Step } from "../api/products";
import { createFormat } from "../format/format";
import { afterStep, axisEnd, covered, filled } from "./steps";
import { productAt, productPlace } from "./place";
import { stepWords } from "./words";

const step = (at: string, purchases: number): Step => ({
  at,
  purchases,
  units: purchases,
  tied: 1,
  anyway: purchases - 0.5,
  anyway_low: purchases - 0.8,
  anyway_high: purchases - 0.2,
});

const SPREAD: Spread = {
  product_id: "lamp",
  period: "all",
  step: "day",
  first_at: "2026-05-01T08:00:00Z",
  last_at: "2026-05-04T08:00:00Z",
  start: "2026-05-01T00:00:00Z",
  end: "2026-05-05T00:00:00Z",
  whole: step("2026-05-01T00:00:00Z", 5),
  steps: [step("2026-05-01T00:00:00Z", 2), step("2026-05-04T00:00:00Z", 3)],
  state: "counted",
  sentence: "",
  bands: [
    {
      kind: "sale",
      start: "2026-05-04T00:00:00Z",
      end: "2026-05-05T00:00:00Z",
      price: null,
      off: 0.2,
    },
  ],
  prices: "known",
};

describe("the steps of a picture", () => {
  it("are all there, with and without purchases", () => {
    expect(filled(SPREAD).map((one) => one.purchases)).toEqual([2, 0, 0, 3]);
    expect(filled({ ...SPREAD, start: null, end: null })).toEqual([]);
  });

  it("end where the next begins, months too", () => {
    expect(afterStep(Date.UTC(2026, 11), "month")).toBe(Date.UTC(2027, 0));
    expect(afterStep(0, "hour")).toBe(3_600_000);
  });

  it("say all that is drawn of them, in UTC", () => {
    const format = createFormat("en");
    expect(stepWords(filled(SPREAD)[3] as Step, SPREAD, format)).toBe(
      "May 4, 2026: 3 purchases, 1 after somebody they are tied to, about 2.5 would have sold anyway (2.2 to 2.8), sold 20% below the list price",
    );
    expect(stepWords(filled(SPREAD)[1] as Step, SPREAD, format)).toBe("May 2, 2026: no purchase");
  });

  it("are covered by bands", () => {
    const [sale] = SPREAD.bands;
    expect(sale && covered(sale, filled(SPREAD))).toEqual([3, 4]);
  });

  it("have an axis with a whole middle", () => {
    expect([0, 1, 2, 3, 7, 10, 11, 95, 101].map(axisEnd)).toEqual([
      2, 2, 2, 4, 8, 10, 20, 100, 200,
    ]);
  });
});

describe("a product's place", () => {
  it("keeps ids as Saleor makes them", () => {
    expect(productAt(productPlace("UHJvZHVjdDox=="))).toBe("UHJvZHVjdDox==");
    expect(productAt("/products")).toBeNull();
    expect(productAt("/products/%E0%A4%A")).toBe("%E0%A4%A");
  });
});
