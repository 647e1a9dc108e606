import { describe, expect, it } from "vitest";

import type { WeekFigure } from "../api/overview";
import { createFormat } from "../format/format";
import { changeOf, daysOf, figureOf } from "./week";

const format = createFormat("en");
const euros = (amount: string) => ({ amount, currency: "EUR" });

function figure(now: WeekFigure["now"], before: WeekFigure["before"]): WeekFigure {
  return { key: "orders_paid", now, before, missing: null };
}

describe("a figure of the week", () => {
  it("says by how much it changed, and by which share", () => {
    expect(changeOf(figure(15, 12), format)).toEqual({ direction: "up", text: "+3 (+25%)" });
    expect(changeOf(figure(9, 12), format)).toEqual({ direction: "down", text: "−3 (−25%)" });
    expect(changeOf(figure(12, 12), format)?.direction).toBe("level");
  });

  it("has no share of nothing", () => {
    expect(changeOf(figure(3, 0), format)?.text).toBe("+3");
  });

  it("is money where it counts money", () => {
    const money = figure(euros("1234.00"), euros("1000.00"));
    expect(figureOf(money, format)).toBe("€1,234");
    expect(changeOf(money, format)?.text).toBe("+€234 (+23.4%)");
  });

  it("is compared with nothing that is not known", () => {
    expect(changeOf(figure(3, null), format)).toBeNull();
    expect(figureOf(figure(null, null), format)).toBe("–");
  });
});

it("the week ends with the day before the next one", () => {
  const week = { since: "2026-10-25", until: "2026-11-01" };
  expect(daysOf(week, "en-GB")).toMatch(/^25.+31 Oct 2026$/);
  expect(daysOf(week, "de")).toMatch(/^25.+31\.10\.2026$/);
});
