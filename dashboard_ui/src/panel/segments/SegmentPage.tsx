// One segment on a page of its own: stored, new, or begun from another one.

import { type Segment, type SegmentChoices, useSegmentChoices, useSegments } from "../api/segments";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";
import {
  columnsByName,
  conditionDrafts,
  conditionOn,
  copyOf,
  type Draft,
  draftOf,
  emptyDraft,
  slugOf,
} from "./draft";
import { Editor } from "./Editor";
import { LIST, type SegmentPlace } from "./place";
import { say } from "../words/say";

type Place = Exclude<SegmentPlace, { kind: "list" }>;

function ofCategory(id: string, choices: SegmentChoices): Draft {
  const column = columnsByName(choices).get("category_verdict");
  const name = choices.categories.find((one) => one.id === id)?.name ?? id;
  const title = say("segments.leads", { name });
  const begun = { ...emptyDraft(), title, name: slugOf(title), orderBy: "influenced" };
  if (column === undefined) return begun;
  return { ...begun, conditions: [{ ...conditionOn(column, 0, id), threshold: "leads" }] };
}

/** How the editor begins, or null where there is no such segment. */
function beginOf(
  place: Place,
  segments: readonly Segment[],
  choices: SegmentChoices,
): { saved: Draft | null; begin: Draft } | null {
  if (place.kind === "new") return { saved: null, begin: emptyDraft() };
  if (place.kind === "category") return { saved: null, begin: ofCategory(place.id, choices) };
  if (place.kind === "from") {
    const stored = place.conditions.map((one) => ({ exit_threshold: null, ...one }));
    return { saved: null, begin: { ...emptyDraft(), conditions: conditionDrafts(stored) } };
  }
  const found = segments.find((one) => one.name === place.name);
  if (found === undefined) return null;
  const draft = draftOf(found);
  if (place.kind === "edit") return { saved: draft, begin: draft };
  return {
    saved: null,
    begin: copyOf(
      draft,
      segments.map((one) => one.name),
    ),
  };
}

function Shown({ place, segments }: { place: Place; segments: readonly Segment[] }) {
  return (
    <Answered question={useSegmentChoices()} loading={say("segments.choices.loading")} lines={6}>
      {(choices) => {
        const found = beginOf(place, segments, choices);
        if (found === null) {
          return <Empty title={say("segments.unknown")}>{say("segments.unknown.why")}</Empty>;
        }
        return <Editor {...found} choices={choices} taken={segments.map((one) => one.name)} />;
      }}
    </Answered>
  );
}

export function SegmentPage({ place }: { place: Place }) {
  const question = useSegments();
  const stored =
    place.kind === "edit" ? question.data?.find((one) => one.name === place.name) : undefined;
  return (
    <AppPage
      title={
        place.kind === "edit" ? (stored?.title ?? say("segments.segment")) : say("segments.new")
      }
      subtitle={<PlaceLink to={LIST}>{say("segments.all")}</PlaceLink>}
    >
      <Answered question={question} loading={say("segments.loading")} lines={8}>
        {(segments) => <Shown place={place} segments={segments} />}
      </Answered>
    </AppPage>
  );
}
