// The choice that nobody is told a code: the app puts it into its owner's checkouts.

import { useAppPermissions } from "../api/permissions";
import { Lacking } from "../bridge/NeedsPermission";
import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";
import { say } from "../words/say";

interface Props {
  checked: boolean;
  onTick: (checked: boolean) => void;
}

export function AppApplies({ checked, onTick }: Props) {
  const permissions = useAppPermissions("MANAGE_CHECKOUTS");
  return (
    <>
      <Tick checked={checked} onTick={onTick}>
        {say("plan.app")}
      </Tick>
      {checked && <Muted>{say("plan.app.how")}</Muted>}
      {checked && permissions.data?.includes("MANAGE_CHECKOUTS") === false && (
        <Lacking permission="MANAGE_CHECKOUTS" what={say("plan.app.what")} />
      )}
    </>
  );
}
