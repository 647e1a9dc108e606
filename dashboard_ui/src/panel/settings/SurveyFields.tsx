// The post-purchase survey: whether it is asked, and for how long responses are kept.

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { BOUNDS, type Draft, type Lacks } from "./draft";

interface Props {
  draft: Draft;
  lacks: Lacks;
  mayChange: boolean;
  onChange: (part: Partial<Draft>) => void;
}

export function SurveyFields({ draft, lacks, mayChange, onChange }: Props) {
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>Post-purchase survey</legend>
      <Tick
        checked={draft.survey}
        onTick={(survey) => {
          onChange({ survey });
        }}
      >
        Ask customers and guests after an order who told them of the shop
      </Tick>
      <Muted>
        A friend whom they name becomes a tie. You see “a customer” in the friend’s place until the
        friend agrees. Each new order gets a one-time link in its public metadata in Saleor.
      </Muted>
      <TextField
        label="How long responses are kept (days)"
        value={draft.surveyDays}
        error={lacks.get("surveyDays")}
        note={`${BOUNDS.surveyDays.least} to ${BOUNDS.surveyDays.most}; their ties go with them`}
        inputMode="decimal"
        narrow
        onWrite={(surveyDays) => {
          onChange({ surveyDays });
        }}
      />
    </fieldset>
  );
}
