// Fair service: whether what was done for the customers of orders is kept for the audit.

import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";
import type { Draft } from "./draft";
import { say } from "../words/say";

interface Props {
  draft: Draft;
  mayChange: boolean;
  onChange: (part: Partial<Draft>) => void;
}

export function FairServiceField({ draft, mayChange, onChange }: Props) {
  return (
    <fieldset className="group" disabled={!mayChange}>
      <legend>{say("settings.fair")}</legend>
      <Tick
        checked={draft.fairService}
        onTick={(fairService) => {
          onChange({ fairService });
        }}
      >
        {say("settings.fair.keep")}
      </Tick>
      <Muted>{say("settings.fair.note")}</Muted>
    </fieldset>
  );
}
