// How hard a kind binds, and what the app lacks for it.

import type { PerkKind } from "../api/perks";
import { Lacking } from "../bridge/NeedsPermission";
import { ALL, type Permission } from "../bridge/permissions";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

function isKnownPermission(code: string): code is Permission {
  return ALL.some((one) => one === code);
}

export function KindNotes({ kind }: { kind: PerkKind }) {
  const { permission } = kind;
  return (
    <>
      <Muted>{kind.binding}</Muted>
      {!kind.known && <Muted>{say("plan.kind.since", { since: kind.since })}</Muted>}
      {!kind.granted && isKnownPermission(permission) && (
        <Lacking permission={permission} what={kind.title.toLowerCase()} />
      )}
    </>
  );
}
