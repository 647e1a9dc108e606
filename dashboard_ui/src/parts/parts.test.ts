import { describe, expect, it } from "vitest";

import { placesOn } from "./Interval";
import { shareDone } from "./ProgressBar";

describe("an interval's drawing", () => {
  it("is to scale from zero, with room after the upper bound", () => {
    expect(placesOn(50, 100, 200)).toEqual([69, 139, 278]);
  });

  it("holds a value outside its interval", () => {
    const [, at] = placesOn(0, 300, 200);
    expect(at).toBeLessThanOrEqual(300);
  });

  it("is empty for nothing, and never left of zero", () => {
    expect(placesOn(0, 0, 0)).toEqual([0, 0, 0]);
    expect(placesOn(-10, 5, 20)[0]).toBe(0);
    expect(placesOn(Number.NaN, Number.NaN, Number.NaN)).toEqual([0, 0, 0]);
  });
});

describe("a share done", () => {
  it("is unknown without a total", () => {
    expect(shareDone(5, null)).toBeNull();
  });

  it("is whole when there was nothing to do, and never more than whole", () => {
    expect(shareDone(0, 0)).toBe(1);
    expect(shareDone(12, 10)).toBe(1);
    expect(shareDone(1, 4)).toBe(0.25);
  });
});
