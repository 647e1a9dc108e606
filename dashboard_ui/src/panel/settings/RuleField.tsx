// Which version of the rule says who leads, and what the other one would say.

import { useInfluence } from "../api/questions";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import type { Draft } from "./draft";

const RULES = [
  ["2", "Version 2: finds more, and tells what it cannot know"],
  ["1", "Version 1"],
] as const;

interface Props {
  rule: Draft["ledgerRule"];
  mayChange: boolean;
  onChoose: (rule: Draft["ledgerRule"]) => void;
}

export function RuleField({ rule, mayChange, onChoose }: Props) {
  const other = useInfluence().data?.other_rule;
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>Influence</legend>
      <Choice
        label="Rule that says who leads"
        options={RULES}
        value={String(rule) as "1" | "2"}
        onChoose={(chosen) => {
          onChoose(chosen === "1" ? 1 : 2);
        }}
      />
      {other && <Muted>{other.sentence}</Muted>}
    </fieldset>
  );
}
