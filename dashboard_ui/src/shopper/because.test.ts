import { expect, it } from "vitest";

import type { SegmentPart } from "./api/client";
import { because, wanted } from "./because";
import { wordsOf } from "./testing/page";

const PART: SegmentPart = {
  column: "frequency",
  kind: "number",
  value: 1,
  operator: ">=",
  bound: 3,
  staying: false,
  about: null,
};

it("says their own number and what was asked", () => {
  const gaps = {
    ...PART,
    column: "gaps_since_last_order",
    value: 1234.5,
    operator: "<=",
    bound: 2.5,
    staying: true,
  };
  expect(because(wordsOf("de"), [PART, gaps], "EUR")).toBe(
    "An 1 Tag wiedergekommen (mindestens 3); 1.234,5-mal Ihr üblicher Abstand seit der letzten " +
      "Bestellung (um zu bleiben: höchstens 2,5).",
  );
});

it("says only what was asked of everybody where nobody's numbers are to be told", () => {
  const spent: SegmentPart = { ...PART, column: "revenue", kind: "money", bound: "100.00" };
  expect(wanted(wordsOf("en"), [spent], "EUR")).toBe("at least €100.00 spent so far");
  const consent: SegmentPart = { ...PART, column: "consent_perks", kind: "grade", bound: "yes" };
  expect(wanted(wordsOf("en"), [consent], "EUR")).toBe("you agreed to perks: yes");
});

it("has no words for a column or a comparison that it does not know", () => {
  expect(because(wordsOf("en"), [], "EUR")).toBeNull();
  expect(because(wordsOf("en"), [PART, { ...PART, column: "shoe_size" }], "EUR")).toBeNull();
  expect(wanted(wordsOf("en"), [{ ...PART, operator: "~" }], "EUR")).toBeNull();
});
