// Save, undo, discard, and what stands in the way.

import type { useSaveSegment } from "../api/segments";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import type { Lacks } from "./lacks";
import type { useDraft } from "./useDraft";
import { say } from "../words/say";

interface Props {
  lacks: Lacks;
  mayChange: boolean;
  edited: ReturnType<typeof useDraft>;
  saving: ReturnType<typeof useSaveSegment>;
}

function statusOf(wasSaved: boolean, isChanged: boolean): string {
  if (isChanged) return say("segments.save.changes");
  return say(wasSaved ? "segments.save.done" : "segments.save.all");
}

export function SaveBar({ lacks, mayChange, edited, saving }: Props) {
  return (
    <div className="import">
      {lacks.size > 0 && (
        <Notice tone="critical" title={say("segments.save.not")}>
          {[...lacks.values()].join(" ")}
        </Notice>
      )}
      {saving.isError && <TroubleNotice trouble={saving.error} />}
      <span className="line line-wrap">
        <Button type="submit" disabled={!mayChange || !edited.isChanged}>
          {say(saving.isPending ? "segments.saving" : "segments.save")}
        </Button>
        <Button variant="secondary" type="button" disabled={!edited.canUndo} onClick={edited.undo}>
          {say("segments.undo")}
        </Button>
        <Button
          variant="tertiary"
          type="button"
          disabled={!edited.canDiscard}
          onClick={edited.discard}
        >
          {say("segments.discard")}
        </Button>
      </span>
      <span role="status">
        <Muted>{statusOf(saving.isSuccess, edited.isChanged)}</Muted>
      </span>
    </div>
  );
}
