import { expect, it } from "vitest";

import { sumOf } from "./cents";

const euro = (amount: string) => ({ amount, currency: "EUR" });

it("rows sum to the cent, refunds among them", () => {
  const rows = ["0.10", "0.20", "0.70", "-0.01"].map(euro);
  expect(sumOf(rows, "EUR")).toEqual(euro("0.99"));
});

it("no rows are nothing", () => {
  expect(sumOf([], "EUR")).toEqual(euro("0.00"));
});
