// The post-purchase survey: whether it is asked, and for how long responses are kept.

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { BOUNDS, type Draft, type Lacks } from "./draft";
import { say } from "../words/say";

interface Props {
  draft: Draft;
  lacks: Lacks;
  mayChange: boolean;
  onChange: (part: Partial<Draft>) => void;
}

export function SurveyFields({ draft, lacks, mayChange, onChange }: Props) {
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>{say("settings.survey")}</legend>
      <Tick
        checked={draft.survey}
        onTick={(survey) => {
          onChange({ survey });
        }}
      >
        {say("settings.survey.ask")}
      </Tick>
      <Muted>{say("settings.survey.ask.note")}</Muted>
      <TextField
        label={say("settings.survey.days")}
        value={draft.surveyDays}
        error={lacks.get("surveyDays")}
        note={say("settings.survey.days.note", BOUNDS.surveyDays)}
        inputMode="decimal"
        narrow
        onWrite={(surveyDays) => {
          onChange({ surveyDays });
        }}
      />
    </fieldset>
  );
}
