import { describe, expect, it } from "vitest";

import type { Segment, SegmentChoices } from "../api/segments";
import {
  conditionOn,
  columnsByName,
  copyOf,
  definitionOf,
  type Draft,
  draftOf,
  emptyDraft,
  numberOf,
  slugOf,
} from "./draft";
import { lacksOf, previewOf } from "./lacks";
import { segmentPlaceOf, editPlace } from "./place";
import { reduce, type State } from "./useDraft";

const CHOICES: SegmentChoices = {
  columns: [
    {
      column: "revenue",
      group: "Own purchases",
      label: "Spent so far",
      unit: "money",
      operators: [">=", ">"],
      grades: [],
      about: null,
      orders: true,
    },
    {
      column: "age_days",
      group: "Own purchases",
      label: "Days since the first order",
      unit: "days",
      operators: [">=", "<=", "==", ">", "<"],
      grades: [],
      about: null,
      orders: true,
    },
    {
      column: "category_verdict",
      group: "Influence in a category",
      label: "Verdict in a category",
      unit: "grade",
      operators: [">=", ">"],
      grades: ["not enough evidence", "buys together", "leads", "proven"],
      about: "category",
      orders: false,
    },
  ],
  categories: [{ id: "c1", name: "Shoes", customers: 3 }],
  networks: [],
  asks_for_consent: true,
  currency: "EUR",
};

const STORED: Segment = {
  name: "big",
  title: "Big spender",
  description: "",
  size: 3,
  needs: "ledger",
  why_empty: null,
  conditions: [
    {
      column: "revenue",
      operator: ">=",
      threshold: 100,
      exit_threshold: 90.5,
      about: null,
      about_name: null,
    },
    {
      column: "category_verdict",
      operator: ">=",
      threshold: "leads",
      exit_threshold: null,
      about: "c1",
      about_name: "Shoes",
    },
  ],
  max_share: 0.07,
  order_by: "value",
  share: 0.01,
  sizes: [2, 3],
};

const AS_STORED = { taken: ["big"], isNew: false };

function lacks(part: Partial<Draft>) {
  const draft = { ...draftOf(STORED), ...part };
  return Object.fromEntries(lacksOf(draft, CHOICES, AS_STORED));
}

function bound(threshold: string, exit: string, operator: ">=" | "<=" | "==" = ">=") {
  return lacks({
    conditions: [{ key: 0, column: "age_days", operator, threshold, exit, about: "" }],
  });
}

describe("a segment as it is written", () => {
  it("is sent as it was stored when nothing was changed", () => {
    const { size, share, sizes, why_empty, ...definition } = STORED;
    const [first, second] = definition.conditions;
    expect([size, share, sizes, why_empty]).toHaveLength(4);
    expect(definitionOf(draftOf(STORED), CHOICES)).toEqual({
      ...definition,
      conditions: [
        {
          column: "revenue",
          operator: ">=",
          threshold: 100,
          exit_threshold: first?.exit_threshold,
        },
        second,
      ],
    });
    expect(lacks({})).toEqual({});
  });

  it("takes numbers with a comma, and nothing for no limit", () => {
    expect(numberOf("1,5")).toBe(1.5);
    expect(numberOf(" ")).toBeNull();
    expect(numberOf("much")).toBeNull();
    expect(definitionOf({ ...draftOf(STORED), share: "" }, CHOICES).max_share).toBe(1);
    expect(definitionOf({ ...draftOf(STORED), share: "2,5" }, CHOICES).max_share).toBe(0.025);
  });

  it("has a name that follows from the title", () => {
    expect(slugOf("Big spenders, 2026!")).toBe("big-spenders-2026");
    expect(slugOf("Größe – Ähre")).toBe("gro-e-a-hre");
    expect(slugOf("x".repeat(80))).toHaveLength(64);
  });

  it("is duplicated under a name that is free", () => {
    const copy = copyOf(draftOf(STORED), ["big", "big-spender-copy"]);
    expect([copy.title, copy.name]).toEqual(["Big spender (copy)", "big-spender-copy-2"]);
  });

  it("begins a condition with what fits its column", () => {
    const column = columnsByName(CHOICES).get("category_verdict");
    expect(column && conditionOn(column, 4, "c1")).toEqual({
      key: 4,
      column: "category_verdict",
      operator: ">=",
      threshold: "proven",
      exit: "",
      about: "c1",
    });
  });
});

describe("what is wrong", () => {
  it("is said at the field", () => {
    expect(lacks({ title: " ", share: "0" })).toEqual({
      title: "A segment needs a title.",
      share: "More than 0 and at most 100, or nothing.",
    });
    expect(lacks({ conditions: [] })).toEqual({ conditions: "Add at least one condition." });
    expect(bound("", "")).toEqual({ "threshold-0": "A number is needed." });
    const gone = [
      { key: 2, column: "shoe", operator: ">=" as const, threshold: "1", exit: "", about: "" },
    ];
    expect(Object.keys(lacks({ conditions: gone }))).toEqual(["column-2"]);
  });

  it("is a bound to stay that is harder than the one to enter", () => {
    expect(Object.keys(bound("10", "11"))).toEqual(["exit-0"]);
    expect(bound("10", "9")).toEqual({});
    expect(Object.keys(bound("10", "9", "<="))).toEqual(["exit-0"]);
    expect(bound("10", "11", "<=")).toEqual({});
    expect(Object.keys(bound("10", "9", "=="))).toEqual(["exit-0"]);
  });

  it("is a category that is not named", () => {
    const [first, second] = draftOf(STORED).conditions;
    const found = lacks({
      conditions: [first, second].flatMap((one) => (one ? [{ ...one, about: "" }] : [])),
    });
    expect(found).toEqual({ "about-1": "Say which category." });
  });

  it("is the name of another segment, for a new one alone", () => {
    const draft = draftOf(STORED);
    const found = lacksOf(draft, CHOICES, { taken: ["big"], isNew: true });
    expect(found.get("name")).toBe("Another segment has this name.");
  });
});

describe("the preview", () => {
  it("needs conditions and share, not a title", () => {
    const untitled = { ...draftOf(STORED), title: "", name: "" };
    const found = lacksOf(untitled, CHOICES, { taken: [], isNew: true });
    expect(previewOf(untitled, CHOICES, found)).toMatchObject({ name: "preview", max_share: 0.07 });
    const empty = emptyDraft();
    const wrong = lacksOf(empty, CHOICES, { taken: [], isNew: true });
    expect(previewOf(empty, CHOICES, wrong)).toBeNull();
  });
});

describe("changes that are not saved", () => {
  const begin: State = {
    saved: draftOf(STORED),
    begin: draftOf(STORED),
    past: [],
    now: draftOf(STORED),
    field: null,
  };
  const typed = ["B", "Bi", "Big"].reduce<State>(
    (state, title) => reduce(state, { kind: "change", field: "title", part: { title } }),
    begin,
  );

  it("are taken back field by field, not letter by letter", () => {
    const both = reduce(typed, { kind: "change", field: "share", part: { share: "5" } });
    const once = reduce(both, { kind: "undo" });
    expect([once.now.title, once.now.share]).toEqual(["Big", "7"]);
    expect(reduce(once, { kind: "undo" }).now).toEqual(begin.now);
    expect(reduce(begin, { kind: "undo" })).toBe(begin);
  });

  it("can all be discarded, and that be taken back", () => {
    const discarded = reduce(typed, { kind: "discard" });
    expect(discarded.now).toEqual(begin.begin);
    expect(reduce(discarded, { kind: "undo" }).now.title).toBe("Big");
  });

  it("are none once they are saved", () => {
    const saved = reduce(typed, { kind: "saved", draft: typed.now });
    expect([saved.past, saved.saved.title, saved.begin.title]).toEqual([[], "Big", "Big"]);
  });
});

describe("a segment's place", () => {
  it("is read back, whatever its name", () => {
    expect(segmentPlaceOf("/segments")).toEqual({ kind: "list" });
    expect(segmentPlaceOf("/segments/new")).toEqual({ kind: "new" });
    expect(segmentPlaceOf(editPlace("new"))).toEqual({ kind: "edit", name: "new" });
    expect(segmentPlaceOf("/segments/category/Q2F0ZWdvcnk6MQ%3D%3D")).toEqual({
      kind: "category",
      id: "Q2F0ZWdvcnk6MQ==",
    });
    expect(segmentPlaceOf("/segments/other/x")).toBeNull();
    expect(segmentPlaceOf("/customers")).toBeNull();
  });
});
