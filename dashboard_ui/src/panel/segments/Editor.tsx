// A segment being written, with who would be in it beside.

import { type SyntheticEvent, useState } from "react";

import { type SegmentChoices, useSaveSegment } from "../api/segments";
import { useMay } from "../bridge/may";
import { usePlace } from "../bridge/place";
import { Card } from "../parts/Card";
import { Notice } from "../parts/Notice";
import { PlaceLink } from "../parts/PlaceLink";
import { Conditions } from "./Conditions";
import { definitionOf, type Draft, emptyDraft } from "./draft";
import { Naming, Room } from "./Fields";
import { HistoryCard } from "./HistoryCard";
import { lacksOf, NOTHING_LACKS, onlyBounds } from "./lacks";
import { copyPlace, editPlace } from "./place";
import { PreviewCard } from "./PreviewCard";
import { Removing } from "./Removing";
import { SaveBar } from "./SaveBar";
import { useDraft } from "./useDraft";
import { usePreviewOf } from "./usePreviewOf";
import css from "./segments.module.css";
import { say } from "../words/say";

interface Props {
  /** As it is stored; null for a segment that is not stored yet. */
  saved: Draft | null;
  /** As it begins. */
  begin: Draft;
  choices: SegmentChoices;
  /** Names of the shop's segments. */
  taken: readonly string[];
}

export function Editor({ saved, begin, choices, taken }: Props) {
  const isNew = saved === null;
  const mayChange = useMay("MANAGE_APPS");
  const { go } = usePlace();
  const edited = useDraft(saved ?? emptyDraft(), begin);
  const { draft, change } = edited;
  const [tried, setTried] = useState(false);
  const saving = useSaveSegment();
  const lacks = lacksOf(draft, choices, { taken, isNew });
  const shown = tried ? lacks : onlyBounds(lacks);
  const { question, isAsked, stale } = usePreviewOf(draft, choices, lacks);
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (lacks.size > 0 || saving.isPending) return;
    saving.mutate(definitionOf(draft, choices), {
      onSuccess: () => {
        setTried(false);
        edited.markSaved(draft);
        if (isNew) go(editPlace(draft.name));
      },
    });
  };
  const fields = { draft, lacks: shown, disabled: !mayChange, onChange: change };
  return (
    <div className={`cards ${css["cards-editor"]}`}>
      <div className="column">
        <Card title={say(isNew ? "segments.new" : "segments.definition")}>
          <form className="stack" noValidate onSubmit={save}>
            {!mayChange && (
              <Notice tone="info" title={say("segments.look")}>
                {say("segments.look.why")}
              </Notice>
            )}
            <Naming {...fields} isNew={isNew} />
            <Conditions {...fields} choices={choices} />
            <Room {...fields} choices={choices} preview={question.data} />
            <SaveBar
              lacks={tried ? lacks : NOTHING_LACKS}
              mayChange={mayChange}
              edited={edited}
              saving={saving}
            />
          </form>
        </Card>
        {!isNew && mayChange && (
          <div className="line line-wrap">
            <PlaceLink to={copyPlace(draft.name)}>{say("segments.duplicate")}</PlaceLink>
            <Removing name={draft.name} />
          </div>
        )}
      </div>
      <div className="column">
        <PreviewCard {...{ question, isAsked, stale }} />
        {!isNew && <HistoryCard name={draft.name} />}
      </div>
    </div>
  );
}
