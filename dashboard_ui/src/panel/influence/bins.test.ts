import { describe, expect, it } from "vitest";

import { histogramOf } from "./bins";

describe("the histogram of shuffled counts", () => {
  it("holds every count once", () => {
    const counts = Array.from({ length: 200 }, (_, n) => (n * 37) % 91);
    const { bins } = histogramOf(counts, 300);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(bins.length).toBeLessThanOrEqual(24);
  });

  it("has room for a real count on either side", () => {
    for (const observed of [0, 500]) {
      const { from, to } = histogramOf([100, 110], observed);
      expect(from).toBeLessThanOrEqual(observed);
      expect(to).toBeGreaterThan(observed);
    }
  });

  it("is one bin where all counts are the same, and none are no trouble", () => {
    expect(histogramOf([7, 7, 7], 7).bins).toEqual([{ from: 7, to: 8, count: 3 }]);
    expect(histogramOf([], 0).highest).toBe(0);
  });
});
