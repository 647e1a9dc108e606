// Takes a perk back from a customer.

import { useTakeBackPerk } from "../api/perkChanges";
import type { Grant } from "../api/perks";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";

export function TakeBack({ grant }: { grant: Grant }) {
  const taking = useTakeBackPerk();
  if (!["staged", "given", "failed"].includes(grant.state)) return null;
  return (
    <>
      <Confirm
        label="Take back"
        question="Take it back? It counts in the programme's result as it is."
        yes="Take back"
        busy={taking.isPending}
        onYes={() => {
          taking.mutate(grant.id);
        }}
      />
      {taking.isError && <TroubleNotice trouble={taking.error} />}
    </>
  );
}
