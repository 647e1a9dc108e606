import { describe, expect, it } from "vitest";

import { decode } from "./decode";
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

describe("a file as Excel saves it", () => {
  const bytes = (...given: number[]) => new Uint8Array(given).buffer;

  it("is read in UTF-8, with its mark and without", () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0xc3, 0xa9))).toBe("é");
    expect(decode(bytes(0xc3, 0xa9))).toBe("é");
  });

  it("is read in UTF-16, whichever end comes first", () => {
    expect(decode(bytes(0xff, 0xfe, 0xe9, 0x00))).toBe("é");
    expect(decode(bytes(0xfe, 0xff, 0x00, 0xe9))).toBe("é");
  });

  it("is read in Windows' letters where it is no UTF-8", () => {
    expect(decode(bytes(0x6a, 0xe9))).toBe("jé");
  });

  it("may be empty", () => {
    expect(decode(bytes())).toBe("");
  });
});
