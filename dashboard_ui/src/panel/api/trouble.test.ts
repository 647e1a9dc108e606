import { describe, expect, it } from "vitest";

import { asTrouble, Trouble, troubleFrom } from "./trouble";

describe("an error answer", () => {
  it("keeps its code and its sentence", () => {
    const body = { error: { code: "PERMISSION_DENIED", message: "You need MANAGE_USERS." } };
    expect(troubleFrom(403, body)).toMatchObject({
      code: "PERMISSION_DENIED",
      message: "You need MANAGE_USERS.",
    });
  });

  it("tells a module that is off from a missing permission", () => {
    const body = { error: { code: "SOCIAL_OFF", message: "Not switched on." } };
    expect(troubleFrom(403, body).code).toBe("SOCIAL_OFF");
  });

  it.each([
    [401, "TOKEN_INVALID"],
    [403, "PERMISSION_DENIED"],
    [404, "NOT_FOUND"],
    [422, "INVALID_INPUT"],
    [502, "UNAVAILABLE"],
    [418, "UNREADABLE"],
  ])("that is not ours is judged by its status %i", (status, code) => {
    for (const body of [null, "<html>", { error: "text" }, { error: { code: "OTHER" } }]) {
      expect(troubleFrom(status, body).code).toBe(code);
    }
  });
});

describe("a thrown value", () => {
  it("stays the trouble that it is", () => {
    const trouble = new Trouble("NOT_FOUND", "x");
    expect(asTrouble(trouble)).toBe(trouble);
  });

  it("of fetch is a lost connection, which may pass", () => {
    const trouble = asTrouble(new TypeError("Failed to fetch"));
    expect([trouble.code, trouble.passing]).toEqual(["NETWORK", true]);
  });

  it("of the JSON parser is an unreadable answer, which will not", () => {
    const trouble = asTrouble(new SyntaxError("Unexpected token"));
    expect([trouble.code, trouble.passing]).toEqual(["UNREADABLE", false]);
  });
});
