// Fair service: whether what was done for the customers of orders is kept for the audit.

import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  mayChange: boolean;
  onChange: (part: Partial<Draft>) => void;
}

export function FairServiceField({ draft, mayChange, onChange }: Props) {
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>Fair service</legend>
      <Tick
        checked={draft.fairService}
        onTick={(fairService) => {
          onChange({ fairService });
        }}
      >
        Keep when orders are paid, sent and refunded, to check whether anybody is served worse
      </Tick>
      <Muted>
        Also kept, for 13 months: the third of values that each customer was in. The operator of the
        app runs the check. When you switch this off, all of it is deleted.
      </Muted>
    </fieldset>
  );
}
