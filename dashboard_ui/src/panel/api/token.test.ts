import { describe, expect, it } from "vitest";

import { tokenWith as token } from "../testing/token";
import { expiryOf, isExpired, userOf } from "./token";

describe("a token", () => {
  it("says when it ends", () => {
    expect(expiryOf(token({ exp: 1_000, email: "żółć@example.com" }))).toBe(1_000);
  });

  it("says whose it is", () => {
    expect(userOf(token({ user_id: "VXNlcjox" }))).toBe("VXNlcjox");
    expect(userOf(token({ user_id: 1 }))).toBeNull();
    expect(userOf("opaque")).toBeNull();
  });

  it("is renewed a little before its end", () => {
    expect(isExpired(token({ exp: 1_000 }), 994_000)).toBe(false);
    expect(isExpired(token({ exp: 1_000 }), 996_000)).toBe(true);
  });

  it.each(["", "opaque", "a.b.c", token(null), token({ exp: "soon" }), token({})])(
    "that says nothing is left to the server to judge: %s",
    (opaque) => {
      expect(expiryOf(opaque)).toBeNull();
      expect(isExpired(opaque, 0)).toBe(false);
    },
  );
});
