import { describe, expect, it } from "vitest";

import { appAddress, customerAt, evidencePlace, placeOf } from "./place";

describe("a place", () => {
  it("is the same with and without a slash at its end", () => {
    expect(placeOf("/runs/")).toBe("/runs");
    expect(placeOf("/")).toBe("/");
  });

  it("names the customer whose evidence it shows, encoded or not", () => {
    expect(customerAt(evidencePlace("VXNlcjoxMg=="))).toBe("VXNlcjoxMg==");
    expect(customerAt("/evidence/VXNlcjoxMg==")).toBe("VXNlcjoxMg==");
    expect(customerAt("/evidence/100%")).toBe("100%");
    expect(customerAt("/runs")).toBeNull();
  });

  it("has an address in the Dashboard", () => {
    expect(appAddress("QXBwOjE=", "/ties")).toBe("/extensions/app/QXBwOjE%3D/ties");
    expect(appAddress("QXBwOjE=", "/")).toBe("/extensions/app/QXBwOjE%3D");
  });
});
