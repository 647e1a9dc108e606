// Whom a programme is for: the members of a segment, or who meets conditions of its own.

import type { UseQueryResult } from "@tanstack/react-query";

import type { Segment, SegmentChoices } from "../api/segments";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import type { Draft } from "./draft";
import { OwnConditions } from "./OwnConditions";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

interface Props extends StepProps {
  segments: readonly Segment[];
  choices: UseQueryResult<SegmentChoices>;
}

const WHOM = ["segment", "conditions"] as const;

function OfSegment({ draft, lacks, onChange, segments }: Props) {
  const { format } = useShop();
  const chosen = segments.find(({ name }) => name === draft.segment);
  const options: [string, string][] = [
    ["", say("plan.segment.choose")],
    ...segments.map(({ name, title, size }): [string, string] => [
      name,
      `${title} (${format.count(size)})`,
    ]),
  ];
  return (
    <>
      <Choice
        label={say("plan.segment")}
        options={options}
        value={draft.segment}
        error={lacks.get("segment")}
        onChoose={(segment) => {
          onChange({ segment });
        }}
      />
      <Muted>
        {chosen ? `${chosen.description} ` : ""}
        {say("plan.segment.later")} <PlaceLink to="/segments">{say("plan.segment.see")}</PlaceLink>
      </Muted>
    </>
  );
}

export function WhomStep(props: Props) {
  const { draft, lacks, onChange, choices } = props;
  return (
    <>
      <Choice
        label={say("plan.whom")}
        options={WHOM.map((one): [Draft["whom"], string] => [one, say(`plan.whom.${one}`)])}
        value={draft.whom}
        onChoose={(whom) => {
          onChange({ whom });
        }}
      />
      {draft.whom === "segment" ? (
        <OfSegment {...props} />
      ) : (
        <Answered question={choices} loading={say("plan.loading.choices")} lines={4}>
          {(found) => <OwnConditions {...{ draft, lacks, onChange }} choices={found} />}
        </Answered>
      )}
      <Tick
        checked={draft.needsConsent}
        onTick={(needsConsent) => {
          onChange({ needsConsent });
        }}
      >
        {say("plan.consent")}
      </Tick>
      <TextField
        label={say("plan.regulars")}
        note={say("plan.regulars.note")}
        inputMode="decimal"
        narrow
        value={draft.regulars}
        error={lacks.get("regulars")}
        onWrite={(regulars) => {
          onChange({ regulars });
        }}
      />
    </>
  );
}
