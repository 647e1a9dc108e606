import { expect, it } from "vitest";

import type { Neighbourhood, TimelineEntry, ValueHistory } from "../api/customerPage";
import { createFormat } from "../format/format";
import { placed, relationTo } from "./neighbourhoodLayout";
import { entriesOf } from "./record";
import { entryWords } from "./timelineWords";
import { spendingLines, valueLine } from "./valueLines";

const euro = (amount: string) => ({ amount, currency: "EUR" });
const naming = {
  format: createFormat("en"),
  name: (id: string | null) => id ?? "a guest",
  network: (name: string) => name,
};
const said = (entry: object) =>
  entryWords({ id: "1", at: "2026-11-01T12:00:00Z", ...entry } as TimelineEntry, naming);

it("each kind of event is one short sentence", () => {
  expect(said({ kind: "order", paid: euro("50.00"), code: "ANNA", status: "FULFILLED" })).toBe(
    "Ordered: €50.00 paid, with the code ANNA",
  );
  expect(said({ kind: "order", paid: euro("0.00"), code: null, status: "CANCELED" })).toBe(
    "Order cancelled",
  );
  const credit = { kind: "credit", days_between: 11.8, credit: euro("9.76"), proven: false };
  expect(said({ ...credit, direction: "received", other_id: null })).toBe(
    "A guest may have followed them, 12 days later: €9.76 of credit",
  );
  expect(said({ ...credit, direction: "given", other_id: "Olga" })).toBe(
    "May have followed Olga, 12 days later",
  );
  expect(said({ ...credit, direction: "received", other_id: "Bert", proven: true })).toBe(
    "Bert ordered with their code: €9.76",
  );
  const run = { kind: "run", value_before: euro("100.00"), value: euro("180.00") };
  expect(said({ ...run, verdict_before: "leads", verdict: "leads" })).toBe("Value €100 to €180");
  expect(said({ ...run, verdict_before: "buys early", verdict: "leads" })).toBe(
    "Now “Leads”, before “Buys early”; value €100 to €180",
  );
  expect(said({ kind: "consent", purpose: "perks", network: null, action: "withdrawn" })).toBe(
    "Took back: Perks",
  );
  expect(said({ kind: "saleor", state: "written", removal: false, run_id: 3 })).toBe(
    "Their record in Saleor was written",
  );
});

it("a perk says whether it was drawn, got or used", () => {
  const perk = { kind: "perk", title: "Thanks", arm: "granted", by_hand: false, cost: null };
  expect(said({ ...perk, event: "drawn" })).toBe("Drawn for “Thanks”");
  expect(said({ ...perk, event: "drawn", arm: "held_out" })).toBe("Held out of “Thanks” by lot");
  expect(said({ ...perk, event: "used", cost: euro("5.00") })).toBe("Used “Thanks”: €5.00 off");
});

const HISTORY = {
  values: [
    {
      run_id: 1,
      at: "2026-11-01T03:00:00Z",
      value: euro("100.00"),
      value_low: euro("50.00"),
      value_high: euro("200.00"),
      verdict: "leads",
    },
  ],
  shown_since: "2026-11-05T03:00:00Z",
  spent: [{ on: "2026-11-01", so_far: euro("70.00") }],
  expected: { on: "2027-11-01", so_far: euro("170.00"), low: euro("120.00"), high: euro("270.00") },
} satisfies ValueHistory;

it("a value stands until the results that are shown", () => {
  expect(valueLine(HISTORY).points.map(({ at, value }) => [at, value])).toEqual([
    ["2026-11-01T03:00:00Z", 100],
    ["2026-11-05T03:00:00Z", 100],
  ]);
});

it("what is expected begins at what was spent", () => {
  const [spent, expected] = spendingLines(HISTORY);
  expect(expected?.points[0]).toMatchObject({ ...spent?.points.at(-1), low: 70, high: 70 });
  expect(expected?.points[1]).toMatchObject({ value: 170, low: 120, high: 270 });
  expect(spendingLines({ ...HISTORY, expected: null })).toHaveLength(1);
});

const person = (id: string, depth: number) => ({ customer_id: id, depth, community: 1 });
const AROUND = {
  customer_id: "anna",
  people: [person("anna", 0), person("bert", 1), person("olga", 1), person("dora", 2)],
  links: [
    { source_id: "anna", customer_id: "bert" },
    { source_id: "olga", customer_id: "anna" },
    { source_id: "bert", customer_id: "dora" },
  ],
} as unknown as Neighbourhood;

it("the customer is in the middle, and who is further away stands further out", () => {
  const people = placed(AROUND);
  const away = people.map(({ x, y }) => Math.hypot(x, y));
  expect(people.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  expect(away[0]).toBe(0);
  expect(away[1]).toBeCloseTo(away[2] ?? 0);
  expect(away[3]).toBeGreaterThan(away[1] ?? 0);
});

it("the list says who may have led whom", () => {
  expect(relationTo("anna", "bert", AROUND)).toBe("may have followed them");
  expect(relationTo("anna", "olga", AROUND)).toBe("may have led them");
  expect(relationTo("anna", "dora", AROUND)).toBeNull();
});

it("a record is told key by key, and what may not have arrived is not claimed", () => {
  const record = { private: { "influence.value": "120" }, public: null, attribute: ["loyal"] };
  expect(entriesOf(record)).toEqual([
    { label: "influence.value", value: "120" },
    { label: "public", value: "not known" },
    { label: "attribute", value: '["loyal"]' },
  ]);
  expect(entriesOf(null)).toEqual([]);
});
