// One condition: what, how much to enter, how much to stay.

import type { SegmentChoices } from "../api/segments";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { AboutChoice } from "./AboutChoice";
import { Bound } from "./Bound";
import { ColumnChoice } from "./ColumnChoice";
import { columnsByName, type ConditionDraft, conditionOn } from "./draft";
import type { Lacks } from "./lacks";
import { OPERATORS, stayWords, unitOf } from "./words";
import css from "./segments.module.css";
import { say } from "../words/say";

interface Props {
  place: number;
  condition: ConditionDraft;
  choices: SegmentChoices;
  lacks: Lacks;
  disabled: boolean;
  /** Whether somebody can be in, and so stay: there is a second bound for that. */
  staying: boolean;
  onChange: (field: string, condition: ConditionDraft) => void;
  onRemove: () => void;
}

function consentWords(staying: boolean, isAsked: boolean): string {
  const said = [
    say("segments.consent.only"),
    staying && say("segments.consent.back"),
    !isAsked && say("segments.consent.off"),
  ];
  return said.filter(Boolean).join(" ");
}

export function ConditionRow(props: Props) {
  const { place, condition: one, choices, lacks, disabled, staying, onChange, onRemove } = props;
  const column = columnsByName(choices).get(one.column);
  const unit = column ? unitOf(column, choices.currency) : "";
  const isConsent = column?.group === "What they agreed to";
  const set = (field: string, part: Partial<ConditionDraft>) => {
    onChange(`${field}-${one.key}`, { ...one, ...part });
  };
  return (
    <li>
      <fieldset className={css.condition} disabled={disabled}>
        <legend className="unseen">{say("segments.condition", { place })}</legend>
        <ColumnChoice
          label={say("segments.condition.what")}
          columns={choices.columns}
          value={one.column}
          error={lacks.get(`column-${one.key}`)}
          first={column ? null : <option value={one.column}>{one.column}</option>}
          onChoose={(name) => {
            const chosen = columnsByName(choices).get(name);
            if (chosen) onChange(`column-${one.key}`, conditionOn(chosen, one.key));
          }}
        />
        {column && <AboutChoice {...props} />}
        {column && !isConsent && (
          <>
            <Choice
              label={say("segments.condition.is")}
              options={column.operators.map(
                (operator) => [operator, say(OPERATORS[operator])] as const,
              )}
              value={one.operator}
              onChoose={(operator) => {
                set("operator", { operator, ...(operator === "==" ? { exit: "" } : {}) });
              }}
            />
            <Bound
              label={say(staying ? "segments.condition.enter" : "segments.condition.bound")}
              {...{ column, unit, disabled }}
              value={one.threshold}
              error={lacks.get(`threshold-${one.key}`)}
              onWrite={(threshold) => {
                set("threshold", { threshold });
              }}
            />
            {staying && one.operator !== "==" && (
              <Bound
                label={say("segments.condition.stay")}
                none={say("segments.condition.stay.same")}
                {...{ column, unit, disabled }}
                value={one.exit}
                error={lacks.get(`exit-${one.key}`)}
                onWrite={(exit) => {
                  set("exit", { exit });
                }}
              />
            )}
          </>
        )}
        <span className={css["condition-end"]}>
          <Button
            size="small"
            variant="tertiary"
            type="button"
            disabled={disabled}
            aria-label={say("segments.condition.remove", { place })}
            onClick={onRemove}
          >
            {say("parts.remove")}
          </Button>
        </span>
        {staying && column && !isConsent && one.operator !== "==" && (
          <p className={`${css["condition-words"]} muted`}>
            {stayWords(one, column, choices.currency)}
          </p>
        )}
        {isConsent && (
          <p className={`${css["condition-words"]} muted`}>
            {consentWords(staying, choices.asks_for_consent)}
          </p>
        )}
      </fieldset>
    </li>
  );
}
