// On a voucher: what its programme did, or whose its codes are. Saleor tells the codes, the app knows their owners.

import { useState } from "react";

import { useOwnersOfVoucher } from "../api/codes";
import { type Programme, usePerkOfVoucher } from "../api/perks";
import { useShop } from "../bridge/shop";
import { About } from "../mounts/About";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "../perks/place";
import { CodesTable } from "./CodesTable";

/** What a programme's voucher has done so far. */
function OfProgramme({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const { count } = format;
  const leaks = programme.leaks > 0;
  return (
    <div className="stack">
      <PlaceLink to={perkPlace(programme.id)}>{programme.title}</PlaceLink>
      <Facts
        facts={[
          { label: "Holders", value: count(programme.counts.given) },
          {
            label: "Redeemed",
            value: count(programme.uses),
            note: `${count(programme.uses_by_others)} by somebody else`,
          },
          {
            label: "Leaks",
            value: count(programme.leaks),
            ...(leaks ? { note: "Crediting of these codes is paused." } : {}),
          },
        ]}
      />
      <Muted>{programme.result ?? "What it brought is judged two weeks after its end."}</Muted>
      <Muted>{programme.binding}</Muted>
    </div>
  );
}

/** Of a voucher of a programme what it did, of any other whose its codes are. */
function Voucher({ voucherId }: { voucherId: string }) {
  return (
    <Answered
      question={usePerkOfVoucher(voucherId)}
      loading="Looking whether a programme made it"
      lines={3}
    >
      {(programme) =>
        programme === null ? (
          <Owners voucherId={voucherId} />
        ) : (
          <OfProgramme programme={programme} />
        )
      }
    </Answered>
  );
}

function Owners({ voucherId }: { voucherId: string }) {
  const { format } = useShop();
  const [after, setAfter] = useState<string | null>(null);
  const question = useOwnersOfVoucher(voucherId, after);
  return (
    <Answered question={question} loading="Looking up whose code this is" lines={3}>
      {({ owned, codes, total, next }) => (
        <div className="stack">
          {owned.length === 0 ? (
            <Empty title="Nobody's personal code">
              Orders with it earn nobody anything. Codes are given to customers on the app&apos;s
              page under Discounts.
            </Empty>
          ) : (
            <CodesTable codes={owned} />
          )}
          {total > codes.length && (
            <Muted>
              {format.count(codes.length)} of {format.count(total)} codes were looked at here.
            </Muted>
          )}
          {next !== null && (
            <Button
              size="small"
              variant="secondary"
              disabled={question.isFetching}
              onClick={() => {
                setAfter(next);
              }}
            >
              Next
            </Button>
          )}
        </div>
      )}
    </Answered>
  );
}

export function VoucherWidget() {
  return (
    <About params={["voucherId"]} of="voucher">
      {(voucherId) => <Voucher voucherId={voucherId} />}
    </About>
  );
}

export function VoucherPopup() {
  return (
    <About params={["voucherId"]} of="voucher" title="Whose codes these are">
      {(voucherId) => <Owners voucherId={voucherId} />}
    </About>
  );
}
