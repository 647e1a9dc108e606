import { expect, it } from "vitest";

import type { CustomerValue } from "../api/questions";
import { createFormat } from "../format/format";
import { bestReason, leadsIn, verdictLine } from "./verdictLine";

const format = createFormat("en");

function customer(given: Partial<CustomerValue>): CustomerValue {
  return {
    verdict: "not enough evidence",
    crv_orders: 0,
    followed: null,
    ...given,
  } as CustomerValue;
}

it("a verdict is said as a shopkeeper would say it", () => {
  expect(verdictLine(customer({ verdict: "proven", crv_orders: 31 }))).toBe(
    "Brings in others: 31 orders with their code",
  );
  expect(verdictLine(customer({ verdict: "proven" }))).toBe("Leads others, as a trial has proven");
  expect(verdictLine(customer({ verdict: "leads", followed: 25.6 }))).toBe(
    "Others buy because of them: 26 purchases followed theirs",
  );
  expect(verdictLine(customer({ verdict: "buys together" }))).toBe(
    "Buys together with friends; nobody is shown to lead",
  );
});

it("what is too little says of what", () => {
  expect(verdictLine(customer({}))).toBe("Too little is known of whom they lead");
  expect(verdictLine(customer({ crv_orders: 1 }))).toBe(
    "1 order with their code, too few to prove that they lead",
  );
});

it("the reason is their own orders, their money and how long ago the last one was", () => {
  const given = { orders_count: 14, revenue: { amount: "2311.40", currency: "EUR" } };
  expect(bestReason(customer({ ...given, days_since_last_order: 1 }), format)).toBe(
    "14 paid orders of their own for €2,311.40, the last one 1 day ago.",
  );
  expect(bestReason(customer({ orders_count: 0 }), format)).toBe(
    "They have not bought themselves yet.",
  );
});

it("only categories in which they lead are named", () => {
  const topics = [
    { name: "Coffee", verdict: "leads" },
    { name: "Garden", verdict: "not enough evidence" },
    { name: null, verdict: "leads" },
  ] as CustomerValue["topics"];
  expect(leadsIn(customer({ topics }))).toEqual(["Coffee"]);
});
