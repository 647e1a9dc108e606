// A code that leaks: since when, by how much, and the way to say that it is all right.

import { type PersonalCode, useClearCode } from "../api/codes";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ReplaceCode } from "./ReplaceCode";
import { say } from "../words/say";

interface Props {
  code: string;
  leak: NonNullable<PersonalCode["leak"]>;
  mayClear: boolean;
  /** The programme's grant, whose code can be replaced. */
  grant: { id: number; givenAt: string } | null;
}

export function CodeLeak({ code, leak, mayClear, grant }: Props) {
  const { format } = useShop();
  const clearing = useClearCode();
  return (
    <>
      <Chip tone="warning">{say("voucher.leak.since", { when: format.moment(leak.since) })}</Chip>
      {leak.seen !== null && leak.expected !== null && (
        <Muted>
          {say("voucher.leak.why", { seen: leak.seen, expected: format.precise(leak.expected) })}
        </Muted>
      )}
      {mayClear && (
        <Confirm
          label={say("voucher.leak.fine")}
          question={say("voucher.leak.fine.sure", { code })}
          yes={say("voucher.leak.fine.yes")}
          busy={clearing.isPending}
          onYes={() => {
            clearing.mutate(code);
          }}
        />
      )}
      {mayClear && grant !== null && <ReplaceCode grantId={grant.id} givenAt={grant.givenAt} />}
      {mayClear && grant === null && <Muted>{say("voucher.leak.replace")}</Muted>}
      {clearing.isError && <TroubleNotice trouble={clearing.error} />}
    </>
  );
}
