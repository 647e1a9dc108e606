// From when to when, for how many, for how much, and how many are held out.

import { Fragment, useId } from "react";

import { FieldError } from "../parts/FieldError";
import { TextField } from "../parts/TextField";
import { isUsedOften, type Written } from "./draft";
import { RegularsHint } from "./RegularsHint";
import type { StepProps } from "./Steps";

const LINES: { field: Written; label: string; note?: string }[] = [
  { field: "people", label: "For how many customers at most", note: "Empty: for all of them." },
  {
    field: "money",
    label: "Budget",
    note: "In the programme's currency. Each customer's part is kept aside until they use it. Empty: no limit.",
  },
  { field: "uses", label: "Used how often at most, by all together", note: "Empty: no limit." },
  { field: "usesEach", label: "Used how often by each customer" },
  {
    field: "heldOut",
    label: "Held out by lot (per cent)",
    note: "They get nothing, and show what would have happened anyway. With 0 you will not know what the perk does.",
  },
];

/** What a limit is called where friends are rewarded. */
const OF_LINKS: Partial<Record<Written, string>> = {
  uses: "Used by how many friends at most, of all customers together",
  usesEach: "For how many friends each customer is rewarded at most",
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
        <Day {...props} label="First day" field="starts" />
        <Day {...props} label="Last day" field="ends" />
      </div>
      {LINES.filter(({ field }) => field !== "usesEach" || isUsedOften(draft.kind)).map(
        ({ field, label, note }) => (
          <Fragment key={field}>
            <TextField
              label={draft.kind === "referral" ? (OF_LINKS[field] ?? label) : label}
              note={note}
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
