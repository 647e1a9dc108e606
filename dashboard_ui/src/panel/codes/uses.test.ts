import { describe, expect, it } from "vitest";

import type { PersonalCode } from "../api/codes";
import { byUse, totalOf, usesWords } from "./uses";

function code(name: string, byOthers: number, ...paid: [string, string][]): PersonalCode {
  return {
    code: name,
    customer_id: name,
    valid_from: "2026-10-01T00:00:00Z",
    leak: null,
    replaced_at: null,
    grant_id: null,
    given_at: null,
    uses: {
      by_others: byOthers,
      by_owner: 1,
      paid: paid.map(([amount, currency]) => ({ amount, currency })),
      last_at: null,
    },
  };
}

describe("uses of a code", () => {
  it("are told by who ordered", () => {
    expect(usesWords({ byOthers: 3, byOwner: 1 })).toBe("3 orders by others, 1 order of their own");
    expect(usesWords({ byOthers: 0, byOwner: 0 })).toBe("Not used yet");
  });

  it("add up for a voucher, in each currency by itself", () => {
    const codes = [code("a", 1, ["10.10", "EUR"]), code("b", 2, ["0.20", "EUR"], ["5.00", "PLN"])];
    expect(totalOf(codes)).toEqual({
      byOthers: 3,
      byOwner: 2,
      leaks: 0,
      paid: [
        { currency: "EUR", amount: "10.30" },
        { currency: "PLN", amount: "5.00" },
      ],
    });
    expect(byUse(codes).map((one) => one.code)).toEqual(["b", "a"]);
  });
});
