import { describe, expect, it } from "vitest";

import type { OutreachFacts } from "../api/outreach";
import { cardOf, sentencesOf } from "./card";

const format = { day: (day: string) => day.slice(0, 10), count: String };
const facts: OutreachFacts = {
  customer_since: "2023-11-30",
  anniversary_on: "2026-11-30",
  anniversary_years: 3,
  favourite_category: "Coffee",
  orders: 4,
  last_order_at: "2026-11-01T00:00:00Z",
};

describe("a card", () => {
  it("says what is worth saying", () => {
    expect(sentencesOf(facts, format)).toEqual([
      "Customer since 2023-11-30.",
      "3 years with you on 2026-11-30.",
      "Buys most in Coffee.",
      "4 paid orders, the last on 2026-11-01.",
    ]);
  });

  it("says so where nothing is known", () => {
    const none = { ...facts, customer_since: null, anniversary_on: null, favourite_category: null };
    expect(sentencesOf({ ...none, orders: 0, last_order_at: null }, format)).toEqual([
      "Nothing is known of this customer's orders.",
    ]);
  });

  it("keeps a hostile name text", () => {
    const card = cardOf("<b>", `"><img src=x onerror=alert(1)>`, ["</p><script>alert(2)</script>"]);
    expect(card).not.toContain("<img");
    expect(card).not.toContain("<script");
    expect(card).toContain("&lt;script&gt;alert(2)&lt;/script&gt;");
  });
});
