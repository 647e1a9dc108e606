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

interface Props extends StepProps {
  segments: readonly Segment[];
  choices: UseQueryResult<SegmentChoices>;
}

const WHOM: [Draft["whom"], string][] = [
  ["segment", "Members of a segment"],
  ["conditions", "Customers who meet conditions"],
];

function OfSegment({ draft, lacks, onChange, segments }: Props) {
  const { format } = useShop();
  const chosen = segments.find(({ name }) => name === draft.segment);
  const options: [string, string][] = [
    ["", "Choose a segment"],
    ...segments.map(({ name, title, size }): [string, string] => [
      name,
      `${title} (${format.count(size)})`,
    ]),
  ];
  return (
    <>
      <Choice
        label="Segment"
        options={options}
        value={draft.segment}
        error={lacks.get("segment")}
        onChoose={(segment) => {
          onChange({ segment });
        }}
      />
      <Muted>
        {chosen ? `${chosen.description} ` : ""}Who enters the segment later gets it then.{" "}
        <PlaceLink to="/segments">See or change the segments</PlaceLink>
      </Muted>
    </>
  );
}

export function WhomStep(props: Props) {
  const { draft, lacks, onChange, choices } = props;
  return (
    <>
      <Choice
        label="For whom"
        options={WHOM}
        value={draft.whom}
        onChoose={(whom) => {
          onChange({ whom });
        }}
      />
      {draft.whom === "segment" ? (
        <OfSegment {...props} />
      ) : (
        <Answered question={choices} loading="Loading what can be asked" lines={4}>
          {(found) => <OwnConditions {...{ draft, lacks, onChange }} choices={found} />}
        </Answered>
      )}
      <Tick
        checked={draft.needsConsent}
        onTick={(needsConsent) => {
          onChange({ needsConsent });
        }}
      >
        Only customers who have agreed to perks on their own page; to be contacted for outreach
      </Tick>
      <TextField
        label="Seats for regular customers beside them (per cent)"
        note="Quiet, loyal customers count too: of the customers you allow for, this share is drawn from everybody with two paid orders or more."
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
