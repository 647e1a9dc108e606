// Which version of the rule says who leads, and what the other one would say.

import { useInfluence } from "../api/questions";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import type { Draft } from "./draft";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const RULES: ["1" | "2", Key][] = [
  ["2", "settings.rule.second"],
  ["1", "settings.rule.first"],
];

interface Props {
  rule: Draft["ledgerRule"];
  mayChange: boolean;
  onChoose: (rule: Draft["ledgerRule"]) => void;
}

export function RuleField({ rule, mayChange, onChoose }: Props) {
  const other = useInfluence().data?.other_rule;
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>{say("settings.rule.legend")}</legend>
      <Choice
        label={say("settings.rule")}
        options={RULES.map(([version, label]) => [version, say(label)])}
        value={String(rule) as "1" | "2"}
        onChoose={(chosen) => {
          onChoose(chosen === "1" ? 1 : 2);
        }}
      />
      {other && <Muted>{other.sentence}</Muted>}
    </fieldset>
  );
}
