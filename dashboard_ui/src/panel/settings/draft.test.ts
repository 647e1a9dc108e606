import { describe, expect, it } from "vitest";

import type { Preferences } from "../api/settings";
import { type Draft, asksForRun, draftOf, lacksOf, preferencesOf, ratesOf } from "./draft";

const STORED: Preferences = {
  currency: "EUR",
  exchange_rates: { USD: "0.92", PLN: "0.23" },
  horizon_days: 365,
  ledger_rule: 2,
  orders_months: 36,
  most_perks: null,
  public_mirror: false,
  segments_only: true,
  referral_url: "https://shop.example/?voucher={code}",
  survey: false,
  survey_days: 365,
  fair_service: false,
};

function lacks(part: Partial<Draft>) {
  return Object.fromEntries(lacksOf({ ...draftOf(STORED), ...part }));
}

describe("the settings as they are written", () => {
  it("are sent as they were stored when nothing was changed", () => {
    expect(preferencesOf(draftOf(STORED))).toEqual(STORED);
    expect(lacks({})).toEqual({});
  });

  it("take rates as people write them", () => {
    expect(ratesOf("usd 0,92\n\n PLN: 0.23 \nJPY=0.006")).toEqual({
      rates: { USD: "0.92", PLN: "0.23", JPY: "0.006" },
      wrong: null,
    });
    expect(ratesOf("USD\nEUR 1").wrong).toBe("USD");
    expect(ratesOf("USD 0").wrong).toBe("USD 0");
  });

  it("ask for a run only where values change", () => {
    const draft = draftOf(STORED);
    expect(asksForRun(draft, STORED)).toBe(false);
    expect(asksForRun({ ...draft, survey: true, surveyDays: "90" }, STORED)).toBe(false);
    expect(asksForRun({ ...draft, fairService: true }, STORED)).toBe(false);
    expect(asksForRun({ ...draft, survey: true, horizonDays: "90" }, STORED)).toBe(true);
    expect(Object.keys(lacks({ surveyDays: "29" }))).toEqual(["surveyDays"]);
  });

  it("say at the field what is wrong", () => {
    expect(Object.keys(lacks({ currency: "Euro" }))).toEqual(["currency"]);
    expect(lacks({ currency: "" })).toEqual({ currency: "Rates need a currency to convert into." });
    expect(lacks({ currency: "", rates: "" })).toEqual({});
    expect(Object.keys(lacks({ referralUrl: "https://shop.example/" }))).toEqual(["referralUrl"]);
    expect(lacks({ referralUrl: "" })).toEqual({});
    expect(lacks({ horizonDays: "29", ordersMonths: "3.5" })).toEqual({
      horizonDays: "A whole number from 30 to 1825.",
      ordersMonths: "A whole number from 3 to 120.",
    });
  });
});
