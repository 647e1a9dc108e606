// Which category or network a condition is about, where its column has a number for each.

import type { SegmentChoices } from "../api/segments";
import { Choice } from "../parts/Choice";
import { columnsByName, type ConditionDraft } from "./draft";
import type { Lacks } from "./lacks";
import { say } from "../words/say";

interface Props {
  condition: ConditionDraft;
  choices: SegmentChoices;
  lacks: Lacks;
  disabled: boolean;
  onChange: (field: string, condition: ConditionDraft) => void;
}

export function AboutChoice({ condition, choices, lacks, disabled, onChange }: Props) {
  const column = columnsByName(choices).get(condition.column);
  if (!column?.about) return null;
  const isNetwork = column.about === "network";
  const among = isNetwork ? choices.networks : choices.categories;
  const known = among.map(({ id, name, customers }): [string, string] => [
    id,
    say(isNetwork ? "segments.condition.linked" : "segments.condition.lead", {
      name,
      count: customers,
    }),
  ]);
  const kept = condition.about !== "" && !among.some(({ id }) => id === condition.about);
  return (
    <Choice
      label={say(isNetwork ? "segments.condition.network" : "segments.condition.category")}
      options={[
        ["", say("segments.condition.about.choose")],
        ...(kept ? [[condition.about, condition.about] as const] : []),
        ...known,
      ]}
      value={condition.about}
      error={lacks.get(`about-${condition.key}`)}
      disabled={disabled}
      onChoose={(about) => {
        onChange(`about-${condition.key}`, { ...condition, about });
      }}
    />
  );
}
