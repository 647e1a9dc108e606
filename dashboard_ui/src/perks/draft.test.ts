import { describe, expect, it } from "vitest";

import type { Programme } from "../api/perks";
import type { Channel } from "../api/operations";
import { type Draft, draftOf, emptyDraft } from "./draft";
import { lacksOf } from "./lacks";
import { perkAt, perkPlace } from "./place";
import { wantedOf } from "./wanted";

const NOW = Date.parse("2026-11-29T10:00:00Z");
const CHANNELS: Channel[] = [
  { slug: "eu", name: "Europe", currency: "EUR" },
  { slug: "nl", name: "Netherlands", currency: "EUR" },
  { slug: "us", name: "States", currency: "USD" },
];

const filled = (part: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(NOW),
  title: "Thanks",
  segment: "loyal",
  currency: "EUR",
  cost: "8",
  ...part,
});

describe("a draft of a programme", () => {
  it("lacks nothing once it is filled in", () => {
    for (const kind of ["discount_code", "gift_card", "shipping"]) {
      for (const step of [0, 1, 2, 3]) {
        expect([...lacksOf(filled({ kind }), step).values()]).toEqual([]);
      }
    }
  });

  it.each([
    [0, { segment: "" }, "segment"],
    [0, { regulars: "60" }, "regulars"],
    [1, { title: " " }, "title"],
    [1, { currency: "" }, "currency"],
    [1, { value: "0" }, "value"],
    [1, { value: "101" }, "value"],
    [1, { value: "1,5" }, "value"],
    [1, { prefix: "a b" }, "prefix"],
    [1, { kind: "gift_card", amount: "0" }, "amount"],
    [1, { kind: "gift_card", validDays: "0" }, "validDays"],
    [1, { kind: "shipping", cost: "" }, "cost"],
    [1, { kind: "shipping", method: "" }, "method"],
    [2, { ends: "2026-11-29" }, "ends"],
    [2, { money: "-1" }, "money"],
    [2, { people: "1.5" }, "people"],
    [2, { regulars: "10" }, "people"],
    [2, { usesEach: "0" }, "usesEach"],
    [2, { heldOut: "51" }, "heldOut"],
  ] as [number, Partial<Draft>, string][])("in step %i: %o", (step, part, field) => {
    expect([...lacksOf(filled(part), step).keys()]).toEqual([field]);
  });

  it("is sent for the channels of its currency, but for those left out", () => {
    const wanted = wantedOf(filled({ without: ["nl"], minSpent: "50" }), CHANNELS);
    expect(wanted.terms).toEqual({
      discount: "percentage",
      channels: [{ slug: "eu", currency: "EUR", value: "10", min_spent: "50" }],
      prefix: "",
      app_applies: false,
    });
    expect(wanted).toMatchObject({
      hold_out: 0.2,
      open_share: 0,
      most_money: null,
      starts_at: "2026-11-29T00:00:00Z",
      ends_at: "2026-12-29T23:59:59Z",
    });
  });

  it("comes back as it was filled in", () => {
    const draft = filled({ kind: "shipping", minDays: "1", money: "100", people: "20" });
    const { terms, most_money: money, ...sent } = wantedOf(draft, CHANNELS);
    const stored = { ...sent, terms, most_money: { amount: money, currency: "EUR" } };
    expect(draftOf(stored as unknown as Programme)).toEqual({ ...draft, method: draft.method });
  });
});

describe("the place of a programme", () => {
  it("is found again", () => {
    expect(perkAt(perkPlace(12))).toBe(12);
    expect(["/perks", "/perks/new", "/perks/0", "/perks/1/2"].map(perkAt)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
