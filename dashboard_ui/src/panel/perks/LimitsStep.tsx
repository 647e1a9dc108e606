// From when to when, for how many, for how much, and how many are held out.

import { Fragment, useId } from "react";

import type { Key } from "../words/keys";
import { FieldError } from "../parts/FieldError";
import { TextField } from "../parts/TextField";
import { isUsedOften, type Written } from "./draft";
import type { Line } from "./fields";
import { RegularsHint } from "./RegularsHint";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

const LINES: Line[] = [
  { field: "people", label: "plan.people", note: "plan.people.note" },
  { field: "money", label: "plan.money", note: "plan.money.note" },
  { field: "uses", label: "plan.uses", note: "plan.unlimited" },
  { field: "usesEach", label: "plan.usesEach" },
  { field: "heldOut", label: "plan.heldOut", note: "plan.heldOut.note" },
];

/** What a limit is called where friends are rewarded. */
const OF_LINKS: Partial<Record<Written, Key>> = {
  uses: "plan.uses.friends",
  usesEach: "plan.usesEach.friends",
};

function Day({
  label,
  field,
  draft,
  lacks,
  onChange,
}: StepProps & { label: string; field: Written }) {
  const id = useId();
  const error = lacks.get(field);
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input input-narrow"
        type="date"
        value={draft[field]}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onChange={(event) => {
          onChange({ [field]: event.target.value });
        }}
      />
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

export function LimitsStep(props: StepProps) {
  const { draft, lacks, onChange } = props;
  return (
    <>
      <div className="choices">
        <Day {...props} label={say("plan.starts")} field="starts" />
        <Day {...props} label={say("plan.ends")} field="ends" />
      </div>
      {LINES.filter(({ field }) => field !== "usesEach" || isUsedOften(draft.kind)).map(
        ({ field, label, note }) => (
          <Fragment key={field}>
            <TextField
              label={say(draft.kind === "referral" ? (OF_LINKS[field] ?? label) : label)}
              note={note && say(note)}
              narrow
              inputMode="decimal"
              value={draft[field]}
              error={lacks.get(field)}
              onWrite={(value) => {
                onChange({ [field]: value });
              }}
            />
            {field === "people" && <RegularsHint {...props} />}
          </Fragment>
        ),
      )}
    </>
  );
}
