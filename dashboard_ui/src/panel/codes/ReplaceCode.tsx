// Gives a customer another code in place of one that leaks, or that somebody else has used.

import { useReplaceCode } from "../api/perkChanges";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function ReplaceCode({ grantId, givenAt }: { grantId: number; givenAt: string }) {
  const replacing = useReplaceCode();
  return (
    <>
      <Confirm
        label={say("voucher.replace")}
        question={say("voucher.replace.sure")}
        yes={say("voucher.replace.yes")}
        busy={replacing.isPending}
        onYes={() => {
          replacing.mutate({ grantId, givenAt });
        }}
      />
      {replacing.isError && <TroubleNotice trouble={replacing.error} />}
    </>
  );
}
