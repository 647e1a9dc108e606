// Whom a programme is for.

import type { Segment } from "../api/segments";
import { useShop } from "../bridge/shop";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import type { StepProps } from "./Steps";

export function WhomStep(props: StepProps & { segments: readonly Segment[] }) {
  const { draft, lacks, onChange, segments } = props;
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
      <Tick
        checked={draft.needsConsent}
        onTick={(needsConsent) => {
          onChange({ needsConsent });
        }}
      >
        Only customers who have agreed to perks on their own page; to be contacted for outreach
      </Tick>
      <TextField
        label="Seats for regular customers outside the segment (per cent)"
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
