// Times, perks, and what is written into Saleor.

import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { BOUNDS, type Draft, type Lacks } from "./draft";

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
        <legend>Times</legend>
        <TextField
          label="How far values look ahead (days)"
          value={draft.horizonDays}
          error={lacks.get("horizonDays")}
          note={`${BOUNDS.horizonDays.least} to ${BOUNDS.horizonDays.most}`}
          inputMode="decimal"
          narrow
          onWrite={(horizonDays) => {
            onChange({ horizonDays });
          }}
        />
        <TextField
          label="How long orders are kept one by one (months)"
          value={draft.ordersMonths}
          error={lacks.get("ordersMonths")}
          note={`${BOUNDS.ordersMonths.least} to ${BOUNDS.ordersMonths.most}; of older ones there are sums by month`}
          inputMode="decimal"
          narrow
          onWrite={(ordersMonths) => {
            onChange({ ordersMonths });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>Referral links</legend>
        <TextField
          label="Page of your storefront that links lead to"
          value={draft.referralUrl}
          error={lacks.get("referralUrl")}
          note="With {code} where the code goes. Empty: there are no links."
          placeholder="https://shop.example/?voucher={code}"
          onWrite={(referralUrl) => {
            onChange({ referralUrl });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>Perks</legend>
        <TextField
          label="Perks a customer has at a time at most"
          value={draft.mostPerks}
          error={lacks.get("mostPerks")}
          note="Of programmes that run. Empty: any number."
          inputMode="decimal"
          narrow
          onWrite={(mostPerks) => {
            onChange({ mostPerks });
          }}
        />
      </fieldset>
      <fieldset className="group" disabled={!mayChange}>
        <legend>Written into Saleor</legend>
        <Tick
          checked={draft.segmentsOnly}
          onTick={(segmentsOnly) => {
            onChange({ segmentsOnly });
          }}
        >
          Write the names of segments only, without value and score
        </Tick>
        <Tick
          checked={draft.publicMirror}
          onTick={(publicMirror) => {
            onChange({ publicMirror });
          }}
        >
          Write segments into public metadata as well, where customers can read and change their own
        </Tick>
      </fieldset>
    </>
  );
}
