import { describe, expect, it } from "vitest";

import type { Programme } from "../api/perks";
import type { Channel } from "../api/operations";
import type { SegmentChoices } from "../api/segments";
import type { ConditionDraft } from "../segments/draft";
import { emptyBeta } from "./beta";
import { type Draft, emptyDraft } from "./draft";
import { draftOf } from "./stored";
import { lacksOf } from "./lacks";
import { perkAt, perkPlace } from "./place";
import { wantedOf } from "./wanted";

const NOW = Date.parse("2026-11-29T10:00:00Z");
const CHANNELS: Channel[] = [
  { slug: "eu", name: "Europe", currency: "EUR" },
  { slug: "nl", name: "Netherlands", currency: "EUR" },
  { slug: "us", name: "States", currency: "USD" },
];

const CHOICES: SegmentChoices = {
  columns: [
    {
      column: "verdict",
      label: "Verdict",
      group: "Influence",
      operators: [">="],
      grades: ["leads", "proven"],
      unit: "grade",
      about: null,
      orders: true,
    },
  ],
  categories: [],
  networks: [],
  currency: "EUR",
  asks_for_consent: true,
};

const VARIANT = "UHJvZHVjdFZhcmlhbnQ6Nw==";

const filled = (part: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(NOW),
  title: "Thanks",
  segment: "loyal",
  currency: "EUR",
  cost: "8",
  products: ["UHJvZHVjdDox"],
  channel: "eu",
  link: "https://shop.example/new",
  ...part,
});

describe("a draft of a programme", () => {
  it("lacks nothing once it is filled in", () => {
    for (const kind of [
      "discount_code",
      "gift_card",
      "shipping",
      "referral",
      "beta_invite",
      "outreach",
    ]) {
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
    [1, { kind: "referral", reward: "0" }, "reward"],
    [1, { kind: "referral", returnDays: "61" }, "returnDays"],
    [1, { kind: "referral", rewardDays: "0" }, "rewardDays"],
    [1, { kind: "referral", value: "101" }, "value"],
    [1, { kind: "beta_invite", products: [] }, "products"],
    [1, { kind: "beta_invite", channel: "" }, "channel"],
    [1, { kind: "beta_invite", link: "http://shop.example/new" }, "link"],
    [1, { kind: "beta_invite", seats: "0" }, "seats"],
    [1, { kind: "beta_invite", answerDays: "366" }, "answerDays"],
    [1, { kind: "beta_invite", publicAfter: "soon" }, "publicAfter"],
    [
      1,
      { kind: "beta_invite", questions: [{ kind: "choice", text: "?", options: "A; A" }] },
      "questions",
    ],
    [
      1,
      { kind: "beta_invite", questions: [{ kind: "text", text: " ", options: "" }] },
      "questions",
    ],
    [1, { kind: "outreach", dueDays: "0" }, "dueDays"],
    [1, { kind: "outreach", mostOften: "11" }, "mostOften"],
    [1, { kind: "outreach", task: "product", variant: "" }, "variant"],
    [1, { kind: "outreach", task: "product", variant: VARIANT, cost: "" }, "cost"],
    [2, { ends: "2026-11-29" }, "ends"],
    [2, { money: "-1" }, "money"],
    [2, { people: "1.5" }, "people"],
    [2, { regulars: "10" }, "people"],
    [2, { usesEach: "0" }, "usesEach"],
    [2, { heldOut: "51" }, "heldOut"],
  ] as [number, Partial<Draft>, string][])("in step %i: %o", (step, part, field) => {
    expect([...lacksOf(filled(part), step).keys()]).toEqual([field]);
  });

  it("may be for who meets conditions in place of a segment", () => {
    const one: ConditionDraft = {
      key: 0,
      column: "verdict",
      operator: ">=",
      threshold: "proven",
      exit: "",
      about: "",
    };
    const draft = filled({ whom: "conditions", segment: "", conditions: [one] });
    expect([...lacksOf(draft, 0, CHOICES).keys()]).toEqual([]);
    expect([...lacksOf({ ...draft, conditions: [] }, 0, CHOICES).keys()]).toEqual(["conditions"]);
    expect([...lacksOf(draft, 0).keys()]).toEqual(["conditions"]);
    const { segment, conditions } = wantedOf(draft, CHANNELS, CHOICES);
    expect(segment).toBeNull();
    expect(conditions).toEqual([
      { column: "verdict", operator: ">=", threshold: "proven", exit_threshold: null },
    ]);
  });

  it("is sent for the channels of its currency, but for those left out", () => {
    const wanted = wantedOf(filled({ without: ["nl"], minSpent: "50" }), CHANNELS);
    expect(wanted.terms).toEqual({
      discount: "percentage",
      channels: [{ slug: "eu", currency: "EUR", value: "10", min_spent: "50" }],
      categories: [],
      collections: [],
      products: [],
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

  it("of outreach asks for consent always", () => {
    const draft = filled({ kind: "outreach", task: "product", variant: VARIANT, cost: "4" });
    expect(wantedOf({ ...draft, needsConsent: false }, CHANNELS)).toMatchObject({
      needs_consent: true,
      terms: { task: "product", gift: { variant_id: VARIANT, channel: "eu", cost: "4" } },
    });
    expect(wantedOf({ ...draft, task: "call" }, CHANNELS).terms.gift).toBeNull();
  });

  it.each([
    { kind: "shipping", minDays: "1" },
    { kind: "discount_code", categories: ["c"], collections: ["d"], discounted: ["p", "q"] },
    { kind: "referral", reward: "15", rewardDays: "90", returnDays: "14", usesEach: "5" },
  ])("comes back as it was filled in: $kind", (part) => {
    const draft = filled({ ...emptyBeta(), ...part, money: "100", people: "20" });
    const { terms, most_money: money, ...sent } = wantedOf(draft, CHANNELS);
    const stored = { ...sent, terms, most_money: { amount: money, currency: "EUR" } };
    expect(draftOf(stored as unknown as Programme)).toEqual({
      ...draft,
      cost: draft.kind === "shipping" ? draft.cost : "",
    });
  });
});

describe("a beta", () => {
  const questions = [
    { kind: "choice" as const, text: "Which colour?", options: "Blue; Red" },
    { kind: "text" as const, text: "What is missing?", options: "left from before" },
  ];

  it("names its products, and its options one by one", () => {
    const products = ["UHJvZHVjdDo3Mg==", "UHJvZHVjdDo3Mw=="];
    const { terms } = wantedOf(filled({ kind: "beta_invite", products, questions }), CHANNELS);
    expect(terms).toEqual({
      products,
      channel: "eu",
      link: "https://shop.example/new",
      seats: 20,
      answer_days: 7,
      public_after_days: null,
      questions: [
        { kind: "choice", text: "Which colour?", options: ["Blue", "Red"] },
        { kind: "text", text: "What is missing?", options: [] },
      ],
    });
  });

  it("comes back as it was filled in", () => {
    const draft = filled({
      kind: "beta_invite",
      questions: questions.slice(0, 1),
      publicAfter: "14",
    });
    const stored = { ...wantedOf(draft, CHANNELS), most_money: null } as unknown as Programme;
    expect(draftOf(stored)).toMatchObject({
      questions: draft.questions,
      publicAfter: "14",
      seats: "20",
    });
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
