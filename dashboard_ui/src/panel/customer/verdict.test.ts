import { expect, it } from "vitest";

import { createFormat } from "../format/format";
import type { CustomerValue } from "../api/questions";
import { broughtTerms, expectedTerms } from "./Breakdown";
import { sentenceAfter } from "./Verdict";
import { VERDICTS } from "./words";

const euro = (amount: string) => ({ amount, currency: "EUR" });

it("a verdict's label is not said twice", () => {
  expect(sentenceAfter("Not enough evidence", "Not enough evidence: 2 more followers.")).toBe(
    "Missing for a verdict: 2 more followers.",
  );
  expect(sentenceAfter("Leads", "Others buy because of them.")).toBe("Others buy because of them.");
});

it("not enough evidence is no mark against anyone", () => {
  expect(VERDICTS["not enough evidence"].tone).toBe("neutral");
});

it("a term that nothing is known of has neither money nor an interval", () => {
  const customer = {
    clv: euro("10.00"),
    clv_low: euro("5.00"),
    clv_high: euro("20.00"),
    crv_expected: null,
    civ_expected: null,
    crv: euro("0.00"),
    crv_orders: 0,
    civ: null,
    civ_estimate: null,
    civ_low: null,
    civ_high: null,
    influenced: null,
  } as CustomerValue;
  const [own, ahead] = expectedTerms(customer, createFormat("en"));
  const [codes, influence] = broughtTerms(customer, createFormat("en"));
  expect(own?.note).toBe("€5 to €20");
  expect(ahead).toMatchObject({ money: null, note: null });
  expect(codes?.note).toBeNull();
  expect(influence).toMatchObject({ money: null, note: null });
});
