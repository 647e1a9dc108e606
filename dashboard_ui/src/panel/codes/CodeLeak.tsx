// A code that leaks: since when, by how much, and the way to say that it is all right.

import { type PersonalCode, useClearCode } from "../api/codes";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ReplaceCode } from "./ReplaceCode";

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
      <Chip tone="warning">Leaks since {format.moment(leak.since)}</Chip>
      {leak.seen !== null && leak.expected !== null && (
        <Muted>
          {format.count(leak.seen)} strangers where {format.precise(leak.expected)} were expected;
          crediting is paused: orders since then are credited to nobody.
        </Muted>
      )}
      {mayClear && (
        <Confirm
          label="It is all right"
          question={`Credit ${code} again?`}
          yes="Credit it"
          busy={clearing.isPending}
          onYes={() => {
            clearing.mutate(code);
          }}
        />
      )}
      {mayClear && grant !== null && <ReplaceCode grantId={grant.id} givenAt={grant.givenAt} />}
      {mayClear && grant === null && (
        <Muted>
          To replace it, make another code in Saleor, give it to them below, and delete this one
          there.
        </Muted>
      )}
      {clearing.isError && <TroubleNotice trouble={clearing.error} />}
    </>
  );
}
