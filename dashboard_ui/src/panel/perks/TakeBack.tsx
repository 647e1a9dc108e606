// Takes a perk back from a customer.

import { useTakeBackPerk } from "../api/perkChanges";
import type { Grant } from "../api/perks";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function TakeBack({ grant }: { grant: Grant }) {
  const taking = useTakeBackPerk();
  if (!["staged", "given", "failed"].includes(grant.state)) return null;
  return (
    <>
      <Confirm
        label={say("grants.take")}
        question={say("grants.take.sure")}
        yes={say("grants.take")}
        busy={taking.isPending}
        onYes={() => {
          taking.mutate(grant.id);
        }}
      />
      {taking.isError && <TroubleNotice trouble={taking.error} />}
    </>
  );
}
