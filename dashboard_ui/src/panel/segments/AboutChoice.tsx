// Which category or network a condition is about, where its column has a number for each.

import type { SegmentChoices } from "../api/segments";
import { useShop } from "../bridge/shop";
import { Choice } from "../parts/Choice";
import { columnsByName, type ConditionDraft } from "./draft";
import type { Lacks } from "./lacks";
import { peopleWords } from "./words";

interface Props {
  condition: ConditionDraft;
  choices: SegmentChoices;
  lacks: Lacks;
  disabled: boolean;
  onChange: (field: string, condition: ConditionDraft) => void;
}

export function AboutChoice({ condition, choices, lacks, disabled, onChange }: Props) {
  const { format } = useShop();
  const column = columnsByName(choices).get(condition.column);
  if (!column?.about) return null;
  const isNetwork = column.about === "network";
  const among = isNetwork ? choices.networks : choices.categories;
  const known = among.map(({ id, name, customers }): [string, string] => [
    id,
    `${name} (${peopleWords(customers, format)} ${isNetwork ? "linked" : "lead others"})`,
  ]);
  const kept = condition.about !== "" && !among.some(({ id }) => id === condition.about);
  return (
    <Choice
      label={isNetwork ? "Network" : "Category"}
      options={[
        ["", "Choose"],
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
