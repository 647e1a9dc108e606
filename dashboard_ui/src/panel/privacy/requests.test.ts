import { describe, expect, it } from "vitest";

import { byWhom, clockOf, requestName } from "./requests";

describe("the clock of a request", () => {
  it("counts the days that are left, and warns in the last week", () => {
    expect(clockOf(20)).toEqual({ text: "20 days left", tone: "neutral" });
    expect(clockOf(1)).toEqual({ text: "1 day left", tone: "warning" });
    expect(clockOf(0)).toEqual({ text: "0 days left", tone: "warning" });
  });

  it("says by how much a request is late", () => {
    expect(clockOf(-1)).toEqual({ text: "Overdue by 1 day", tone: "critical" });
  });

  it("has stopped when it is done", () => {
    expect(clockOf(null)).toBeNull();
  });
});

it("names who acted", () => {
  const staff = (id: string) => `staff ${id}`;
  expect(byWhom("shopper", staff)).toBe("the customer");
  expect(byWhom("VXNlcjox", staff)).toBe("staff VXNlcjox");
});

it("names what was asked", () => {
  expect(requestName("erasure")).toBe("Erasure");
});
