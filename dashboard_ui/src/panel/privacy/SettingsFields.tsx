// The fields of the settings: who is responsible, limits, storefronts.

import { useId } from "react";

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import type { Draft } from "./draft";
import { BOUNDS } from "./lacks";

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function Responsible({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>Who is responsible</legend>
      <div className="choices">
        <TextField
          label="Name"
          value={draft.name}
          onWrite={(name) => {
            onChange({ name });
          }}
        />
        <TextField
          label="To be reached at"
          value={draft.contact}
          onWrite={(contact) => {
            onChange({ contact });
          }}
        />
      </div>
      <Muted>Customers read it before they agree, and it stands in the papers.</Muted>
    </fieldset>
  );
}

const NAMED = {
  officer: "Data protection officer, and how to reach them",
  authority: "Supervisory authority",
  operator: "Operator of this app, and where",
  transfers: "Transfers outside the European Economic Area",
} as const;

export function NamedInPapers({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>Named in the papers</legend>
      <div className="choices">
        {(Object.keys(NAMED) as (keyof typeof NAMED)[]).map((name) => (
          <TextField
            key={name}
            label={NAMED[name]}
            note="Optional"
            value={draft[name]}
            onWrite={(value) => {
              onChange({ [name]: value });
            }}
          />
        ))}
      </div>
      <Muted>
        What is empty is &ldquo;not named&rdquo; in the papers. They show it as you write it, in
        every language.
      </Muted>
    </fieldset>
  );
}

export function Limits({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>Limits</legend>
      <div className="choices">
        {(Object.keys(BOUNDS) as (keyof typeof BOUNDS)[]).map((name) => (
          <TextField
            key={name}
            label={BOUNDS[name].label}
            note={`${BOUNDS[name].least} to ${BOUNDS[name].most}`}
            type="number"
            value={draft[name]}
            onWrite={(value) => {
              onChange({ [name]: value });
            }}
          />
        ))}
        <TextField
          label="Countries that the shop serves"
          placeholder="NL BE"
          note="Their codes. Each customer says theirs, and is asked for the age that its law names, or for the minimum age if that is higher."
          value={draft.countries}
          onWrite={(countries) => {
            onChange({ countries });
          }}
        />
      </div>
    </fieldset>
  );
}

export function Storefronts({ draft, onChange }: Props) {
  const id = useId();
  return (
    <fieldset className="group">
      <legend>Storefronts</legend>
      <div className="field">
        <label className="muted" htmlFor={id}>
          Origins that may show the customer&apos;s page, one a line
        </label>
        <textarea
          id={id}
          className="input input-text"
          rows={2}
          spellCheck={false}
          placeholder="https://shop.example"
          value={draft.origins}
          onChange={(event) => {
            onChange({ origins: event.target.value });
          }}
        />
      </div>
    </fieldset>
  );
}
