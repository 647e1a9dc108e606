// Times, perks, and what is written into Saleor.

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

export function OtherFields({ draft, lacks, mayChange, onChange }: Props) {
  return (
    <>
      <fieldset className="group" disabled={!mayChange}>
        <legend>{say("settings.times")}</legend>
        <TextField
          label={say("settings.horizon")}
          value={draft.horizonDays}
          error={lacks.get("horizonDays")}
          note={say("settings.bounds", BOUNDS.horizonDays)}
          inputMode="decimal"
          narrow
          onWrite={(horizonDays) => {
            onChange({ horizonDays });
          }}
        />
        <TextField
          label={say("settings.orders")}
          value={draft.ordersMonths}
          error={lacks.get("ordersMonths")}
          note={say("settings.orders.note", BOUNDS.ordersMonths)}
          inputMode="decimal"
          narrow
          onWrite={(ordersMonths) => {
            onChange({ ordersMonths });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>{say("settings.links")}</legend>
        <TextField
          label={say("settings.links.page")}
          value={draft.referralUrl}
          error={lacks.get("referralUrl")}
          note={say("settings.links.page.note")}
          placeholder="https://shop.example/?voucher={code}"
          onWrite={(referralUrl) => {
            onChange({ referralUrl });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>{say("settings.perks")}</legend>
        <TextField
          label={say("settings.perks.most")}
          value={draft.mostPerks}
          error={lacks.get("mostPerks")}
          note={say("settings.perks.most.note")}
          inputMode="decimal"
          narrow
          onWrite={(mostPerks) => {
            onChange({ mostPerks });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>{say("settings.written")}</legend>
        <Tick
          checked={draft.segmentsOnly}
          onTick={(segmentsOnly) => {
            onChange({ segmentsOnly });
          }}
        >
          {say("settings.written.segments")}
        </Tick>
        <Tick
          checked={draft.publicMirror}
          onTick={(publicMirror) => {
            onChange({ publicMirror });
          }}
        >
          {say("settings.written.public")}
        </Tick>
      </fieldset>
    </>
  );
}
