// Social profiles are off in this shop: one sentence, and the way to where they are switched on.

import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Around } from "../parts/Around";
import { say } from "../words/say";

export const SETTINGS_PLACE = "/privacy-settings";

export function SwitchedOff() {
  return (
    <Muted>
      <Around text={(settings) => say("profiles.off.until", { settings })}>
        <PlaceLink to={SETTINGS_PLACE}>{say("profiles.off.settings")}</PlaceLink>
      </Around>
    </Muted>
  );
}
