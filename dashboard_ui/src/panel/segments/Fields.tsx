// The fields of a segment beside its conditions: what it is called, how many at most, who comes first.

import { useId } from "react";

import type { SegmentChoices, SegmentPreview } from "../api/segments";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { ColumnChoice } from "./ColumnChoice";
import { type Draft, numberOf, slugOf } from "./draft";
import type { Lacks } from "./lacks";
import { say } from "../words/say";

interface Props {
  draft: Draft;
  lacks: Lacks;
  disabled: boolean;
  onChange: (field: string, part: Partial<Draft>) => void;
}

export function Naming({ draft, lacks, disabled, onChange, isNew }: Props & { isNew: boolean }) {
  const id = useId();
  return (
    <fieldset className="group group-first" disabled={disabled}>
      <legend>{say("segments.called")}</legend>
      <div className="choices">
        <TextField
          label={say("segments.title")}
          value={draft.title}
          error={lacks.get("title")}
          onWrite={(title) => {
            const follows = isNew && draft.name === slugOf(draft.title);
            onChange("title", { title, ...(follows ? { name: slugOf(title) } : {}) });
          }}
        />
        <TextField
          label={say("segments.name")}
          value={draft.name}
          error={lacks.get("name")}
          disabled={!isNew}
          note={isNew ? say("segments.name.note") : undefined}
          onWrite={(name) => {
            onChange("name", { name });
          }}
        />
      </div>
      <div className="field">
        <label className="muted" htmlFor={id}>
          {say("segments.description")}
        </label>
        <textarea
          id={id}
          className="input input-words"
          rows={2}
          maxLength={2000}
          value={draft.description}
          onChange={(event) => {
            onChange("description", { description: event.target.value });
          }}
        />
      </div>
    </fieldset>
  );
}

interface RoomProps extends Props {
  choices: SegmentChoices;
  preview: SegmentPreview | undefined;
}

export function Room({ draft, lacks, disabled, choices, preview, onChange }: RoomProps) {
  const share = numberOf(draft.share);
  const most =
    share !== null && preview ? Math.floor((share / 100) * preview.customers + 1e-9) : null;
  return (
    <fieldset className="group" disabled={disabled}>
      <legend>{say("segments.room")}</legend>
      <div className="choices">
        <TextField
          label={say("segments.room.share")}
          value={draft.share}
          error={lacks.get("share")}
          placeholder={say("segments.unlimited")}
          inputMode="decimal"
          narrow
          note={
            most === null
              ? say("segments.room.unlimited")
              : say("segments.room.now", { count: most })
          }
          onWrite={(written) => {
            onChange("share", { share: written });
          }}
        />
        <ColumnChoice
          label={say("segments.room.first")}
          columns={choices.columns.filter((column) => column.orders)}
          value={draft.orderBy}
          onChoose={(orderBy) => {
            onChange("order", { orderBy });
          }}
        />
      </div>
      <p className="muted">{say("segments.room.note")}</p>
      <Tick
        checked={draft.needsLedger}
        onTick={(needsLedger) => {
          onChange("needs", { needsLedger });
        }}
      >
        {say("segments.room.wait")}
      </Tick>
    </fieldset>
  );
}
