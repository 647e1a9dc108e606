// The fields of the settings: who is responsible, limits, storefronts.

import { useId } from "react";

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import type { Draft } from "./draft";
import { BOUNDS } from "./lacks";
import { say } from "../words/say";

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function Responsible({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>{say("privacy.responsible")}</legend>
      <div className="choices">
        <TextField
          label={say("privacy.responsible.name")}
          value={draft.name}
          onWrite={(name) => {
            onChange({ name });
          }}
        />
        <TextField
          label={say("privacy.responsible.contact")}
          value={draft.contact}
          onWrite={(contact) => {
            onChange({ contact });
          }}
        />
      </div>
      <Muted>{say("privacy.responsible.note")}</Muted>
    </fieldset>
  );
}

const NAMED = ["officer", "authority", "operator", "transfers"] as const;

export function NamedInPapers({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>{say("privacy.named")}</legend>
      <div className="choices">
        {NAMED.map((name) => (
          <TextField
            key={name}
            label={say(`privacy.named.${name}`)}
            note={say("privacy.named.optional")}
            value={draft[name]}
            onWrite={(value) => {
              onChange({ [name]: value });
            }}
          />
        ))}
      </div>
      <Muted>{say("privacy.named.note")}</Muted>
    </fieldset>
  );
}

export function Limits({ draft, onChange }: Props) {
  return (
    <fieldset className="group">
      <legend>{say("privacy.limits")}</legend>
      <div className="choices">
        {(Object.keys(BOUNDS) as (keyof typeof BOUNDS)[]).map((name) => (
          <TextField
            key={name}
            label={say(`privacy.limits.${name}`)}
            note={say("privacy.limits.bounds", BOUNDS[name])}
            type="number"
            value={draft[name]}
            onWrite={(value) => {
              onChange({ [name]: value });
            }}
          />
        ))}
        <TextField
          label={say("privacy.limits.countries")}
          placeholder="NL BE"
          note={say("privacy.limits.countries.note")}
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
      <legend>{say("privacy.storefronts")}</legend>
      <div className="field">
        <label className="muted" htmlFor={id}>
          {say("privacy.storefronts.origins")}
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
