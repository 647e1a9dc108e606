// All conditions of a segment: who meets every one of them enters.

import { useRef, useState } from "react";

import type { SegmentChoices } from "../api/segments";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { FieldError } from "../parts/FieldError";
import { ColumnChoice } from "./ColumnChoice";
import { ConditionRow } from "./ConditionRow";
import { columnsByName, type ConditionDraft, conditionOn } from "./draft";
import type { Lacks } from "./lacks";
import { say } from "../words/say";

interface Props {
  draft: { conditions: ConditionDraft[] };
  choices: SegmentChoices;
  lacks: Lacks;
  disabled: boolean;
  /** Whether somebody can be in, and so stay. */
  staying?: boolean;
  onChange: (field: string, part: { conditions: ConditionDraft[] }) => void;
}

export function Conditions(props: Props) {
  const { draft, choices, lacks, disabled, staying = true, onChange } = props;
  const list = useRef<HTMLUListElement>(null);
  const [chosen, setChosen] = useState("");
  const add = () => {
    const column = columnsByName(choices).get(chosen);
    if (!column) return;
    setChosen("");
    const key = Math.max(-1, ...draft.conditions.map((one) => one.key)) + 1;
    onChange(`add-${key}`, { conditions: [...draft.conditions, conditionOn(column, key)] });
  };
  const remove = (key: number) => {
    onChange(`remove-${key}`, { conditions: draft.conditions.filter((one) => one.key !== key) });
    list.current?.focus();
  };
  return (
    <fieldset className="group">
      <legend>{say("segments.who")}</legend>
      {draft.conditions.length === 0 ? (
        <Empty title={say("segments.conditions.none")}>
          {say(staying ? "segments.conditions.none.enter" : "segments.conditions.none.draw")}
        </Empty>
      ) : (
        <ul className="conditions" ref={list} tabIndex={-1} aria-label={say("segments.conditions")}>
          {draft.conditions.map((condition, at) => (
            <ConditionRow
              key={condition.key}
              place={at + 1}
              {...{ condition, choices, lacks, disabled, staying }}
              onChange={(field, changed) => {
                onChange(field, {
                  conditions: draft.conditions.map((one) =>
                    one.key === changed.key ? changed : one,
                  ),
                });
              }}
              onRemove={() => {
                remove(condition.key);
              }}
            />
          ))}
        </ul>
      )}
      <div className="choices">
        {/* With the keyboard every option on the way is chosen once: only the button adds it. */}
        <ColumnChoice
          label={say("segments.condition.another")}
          columns={choices.columns}
          value={chosen}
          disabled={disabled}
          first={<option value="">{say("segments.condition.choose")}</option>}
          onChoose={setChosen}
        />
        <Button
          size="small"
          variant="secondary"
          type="button"
          disabled={disabled || chosen === ""}
          onClick={add}
        >
          {say("segments.condition.add")}
        </Button>
      </div>
      <FieldError id="conditions-error" error={lacks.get("conditions")} />
    </fieldset>
  );
}
