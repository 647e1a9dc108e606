import { describe, expect, it } from "vitest";

import type { Overview } from "../api/questions";
import { createFormat } from "../format/format";
import { caption, keptFor, pace, spokenProgress } from "./words";

type History = Overview["history"];

const format = createFormat("en");
const reading: History = {
  state: "running",
  orders: { done: 24_312, total: 60_000 },
  customers: { done: 12_000, total: 12_000 },
  rows_per_second: 351.4,
  seconds_left: 101.5,
  error: null,
};

describe("the history's progress", () => {
  it("is told with rate and time left", () => {
    expect(pace(reading, format)).toBe("351 rows a second, about 2 minutes left");
  });

  it("is told without what is not known yet", () => {
    expect(pace({ ...reading, seconds_left: null }, format)).toBe("351 rows a second");
    expect(pace({ ...reading, rows_per_second: null, seconds_left: null }, format)).toBeNull();
  });

  it("has no pace when nothing moves", () => {
    expect(pace({ ...reading, state: "done" }, format)).toBeNull();
  });

  it("is a count without a total until Saleor has told it", () => {
    expect(caption({ done: 4_200, total: 60_000 }, format)).toBe("4,200 of 60,000");
    expect(caption({ done: 4_200, total: null }, format)).toBe("4,200 so far");
  });

  it("is spoken in tenths, so that a screen reader is not flooded", () => {
    const next = { ...reading, orders: { done: 24_712, total: 60_000 } };
    expect(spokenProgress(reading)).toBe("Reading the history: 40 percent of orders");
    expect(spokenProgress(next)).toBe(spokenProgress(reading));
    expect(spokenProgress({ ...reading, state: "failed" })).toBe("History: stopped");
  });
});

describe("how long orders are kept", () => {
  it("tells of older ones only where there are some", () => {
    expect(keptFor({ months: 36, summed: 0 })).toBe("Orders are kept one by one for 36 months.");
    expect(keptFor({ months: 24, summed: 1200 })).toBe(
      "Orders are kept one by one for 24 months. Of 1,200 older ones there are sums by month.",
    );
  });
});
