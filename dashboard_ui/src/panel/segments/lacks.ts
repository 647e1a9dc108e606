// What is wrong with a segment as it is written, field by field.

import type { SegmentChoices, SegmentColumn, SegmentDefinition } from "../api/segments";
import { columnsByName, type ConditionDraft, definitionOf, type Draft, numberOf } from "./draft";
import { say } from "../words/say";

/** By field: "title", or "threshold-3" for the condition with the key 3. */
export type Lacks = ReadonlyMap<string, string>;
export const NOTHING_LACKS: Lacks = new Map();

const MOST_CONDITIONS = 20;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether a bound to stay is harder to meet than the one to enter. */
function isHarder(one: ConditionDraft, column: SegmentColumn): boolean {
  const place = (written: string) =>
    column.grades.length > 0 ? column.grades.indexOf(written) : (numberOf(written) ?? Number.NaN);
  const [enter, stay] = [place(one.threshold), place(one.exit)];
  return one.operator.startsWith(">") ? stay > enter : stay < enter;
}

function lacksOfCondition(
  one: ConditionDraft,
  column: SegmentColumn | undefined,
  found: Map<string, string>,
): void {
  if (column === undefined) {
    found.set(`column-${one.key}`, say("segments.lack.column"));
    return;
  }
  const isNumber = column.grades.length === 0;
  if (column.about && one.about === "") {
    found.set(`about-${one.key}`, say(`segments.lack.about.${column.about}`));
  }
  if (isNumber && numberOf(one.threshold) === null) {
    found.set(`threshold-${one.key}`, say("segments.lack.number"));
  }
  if (one.exit.trim() === "") return;
  if (one.operator === "==") {
    found.set(`exit-${one.key}`, say("segments.lack.exactly"));
  } else if (isNumber && numberOf(one.exit) === null) {
    found.set(`exit-${one.key}`, say("segments.lack.number.none"));
  } else if (isHarder(one, column)) {
    found.set(`exit-${one.key}`, say("segments.lack.harder"));
  }
}

/** What is wrong with conditions, in a segment or without one. */
export function conditionsLack(
  conditions: readonly ConditionDraft[],
  choices: SegmentChoices,
): Lacks {
  const found = new Map<string, string>();
  const columns = columnsByName(choices);
  if (conditions.length === 0) found.set("conditions", say("segments.lack.conditions"));
  if (conditions.length > MOST_CONDITIONS) {
    found.set("conditions", say("segments.lack.conditions.most", { count: MOST_CONDITIONS }));
  }
  for (const one of conditions) lacksOfCondition(one, columns.get(one.column), found);
  return found;
}

export function lacksOf(
  draft: Draft,
  choices: SegmentChoices,
  { taken, isNew }: { taken: readonly string[]; isNew: boolean },
): Lacks {
  const found = new Map<string, string>();
  if (draft.title.trim() === "") found.set("title", say("segments.lack.title"));
  if (!SLUG.test(draft.name) || draft.name.length > 64) {
    found.set("name", say("segments.lack.name"));
  } else if (isNew && taken.includes(draft.name)) {
    found.set("name", say("segments.lack.name.taken"));
  }
  for (const [field, lack] of conditionsLack(draft.conditions, choices)) found.set(field, lack);
  const share = numberOf(draft.share);
  if (draft.share.trim() !== "" && (share === null || share <= 0 || share > 100)) {
    found.set("share", say("segments.lack.share"));
  }
  return found;
}

/** What may already be looked at though the title is still missing: only conditions and share decide. */
export function previewOf(
  draft: Draft,
  choices: SegmentChoices,
  lacks: Lacks,
): SegmentDefinition | null {
  const inTheWay = [...lacks.keys()].filter((field) => field !== "title" && field !== "name");
  if (inTheWay.length > 0) return null;
  const definition = definitionOf(draft, choices);
  return {
    ...definition,
    title: "Preview",
    description: "",
    name: lacks.has("name") ? "preview" : draft.name,
  };
}

/** Before the first try only bounds that cannot be meant are complained about, not what is still empty. */
export function onlyBounds(lacks: Lacks): Lacks {
  const early = [...lacks].filter(([field]) => /^(exit|column)-|^share$/.test(field));
  return early.length === 0 ? NOTHING_LACKS : new Map(early);
}
