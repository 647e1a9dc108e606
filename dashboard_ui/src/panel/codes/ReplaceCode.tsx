// Gives a customer another code in place of one that leaks, or that somebody else has used.

import { useReplaceCode } from "../api/perkChanges";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";

export function ReplaceCode({ grantId, givenAt }: { grantId: number; givenAt: string }) {
  const replacing = useReplaceCode();
  return (
    <>
      <Confirm
        label="Replace the code"
        question="Give them a new code? The old one is deleted in Saleor, and its orders from now on are credited to nobody."
        yes="Replace"
        busy={replacing.isPending}
        onYes={() => {
          replacing.mutate({ grantId, givenAt });
        }}
      />
      {replacing.isError && <TroubleNotice trouble={replacing.error} />}
    </>
  );
}
