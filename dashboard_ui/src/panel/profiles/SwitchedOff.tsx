// Social profiles are off in this shop: one sentence, and the way to where they are switched on.

import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";

export const SETTINGS_PLACE = "/privacy-settings";

export function SwitchedOff() {
  return (
    <Muted>
      Social profiles are switched off in this shop until an admin confirms the{" "}
      <PlaceLink to={SETTINGS_PLACE}>privacy settings</PlaceLink>; everything else works without.
    </Muted>
  );
}
