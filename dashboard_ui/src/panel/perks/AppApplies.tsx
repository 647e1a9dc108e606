// The choice that nobody is told a code: the app puts it into its owner's checkouts.

import { useAppPermissions } from "../api/permissions";
import { Lacking } from "../bridge/NeedsPermission";
import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";

interface Props {
  checked: boolean;
  onTick: (checked: boolean) => void;
}

export function AppApplies({ checked, onTick }: Props) {
  const permissions = useAppPermissions("MANAGE_CHECKOUTS");
  return (
    <>
      <Tick checked={checked} onTick={onTick}>
        Only the app applies the codes: nobody is told them
      </Tick>
      {checked && (
        <Muted>
          Binds nearly hard: the app puts the code into the checkout of its owner, who must be
          signed in, and takes it off everybody else&apos;s, mostly within a second. An order that
          somebody else places within that moment has the discount; it is shown, and nothing is
          credited for it.
        </Muted>
      )}
      {checked && permissions.data?.includes("MANAGE_CHECKOUTS") === false && (
        <Lacking permission="MANAGE_CHECKOUTS" what="codes that it applies itself" />
      )}
    </>
  );
}
