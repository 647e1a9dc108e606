// The fields of a segment beside its conditions: what it is called, how many at most, who comes first.

import { useId } from "react";

import type { SegmentChoices, SegmentPreview } from "../api/segments";
import { useShop } from "../bridge/shop";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { ColumnChoice } from "./ColumnChoice";
import { type Draft, numberOf, slugOf } from "./draft";
import type { Lacks } from "./lacks";
import { peopleWords } from "./words";

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
      <legend>What it is called</legend>
      <div className="choices">
        <TextField
          label="Title"
          value={draft.title}
          error={lacks.get("title")}
          onWrite={(title) => {
            const follows = isNew && draft.name === slugOf(draft.title);
            onChange("title", { title, ...(follows ? { name: slugOf(title) } : {}) });
          }}
        />
        <TextField
          label="Name in Saleor"
          value={draft.name}
          error={lacks.get("name")}
          disabled={!isNew}
          note={isNew ? "It cannot be changed later." : undefined}
          onWrite={(name) => {
            onChange("name", { name });
          }}
        />
      </div>
      <div className="field">
        <label className="muted" htmlFor={id}>
          Description, for your staff
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
  const { format } = useShop();
  const share = numberOf(draft.share);
  const most =
    share !== null && preview ? Math.floor((share / 100) * preview.customers + 1e-9) : null;
  return (
    <fieldset className="group" disabled={disabled}>
      <legend>How many at most</legend>
      <div className="choices">
        <TextField
          label="Share of all customers (%)"
          value={draft.share}
          error={lacks.get("share")}
          placeholder="No limit"
          inputMode="decimal"
          narrow
          note={most === null ? "Empty: no limit" : `At most ${peopleWords(most, format)} now`}
          onWrite={(written) => {
            onChange("share", { share: written });
          }}
        />
        <ColumnChoice
          label="Who comes first"
          columns={choices.columns.filter((column) => column.orders)}
          value={draft.orderBy}
          onChoose={(orderBy) => {
            onChange("order", { orderBy });
          }}
        />
      </div>
      <p className="muted">
        If more customers meet the conditions, those with the highest number here enter. Who is in
        keeps the place while among the first 120 % of it.
      </p>
      <Tick
        checked={draft.needsLedger}
        onTick={(needsLedger) => {
          onChange("needs", { needsLedger });
        }}
      >
        Stay empty until influence can be judged in this shop
      </Tick>
    </fieldset>
  );
}
