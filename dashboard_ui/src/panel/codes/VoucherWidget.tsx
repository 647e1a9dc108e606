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
import { say } from "../words/say";

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
          { label: say("voucher.holders"), value: count(programme.counts.given) },
          {
            label: say("voucher.redeemed"),
            value: count(programme.uses),
            note: say("voucher.redeemed.others", { count: count(programme.uses_by_others) }),
          },
          {
            label: say("voucher.leaks"),
            value: count(programme.leaks),
            ...(leaks ? { note: say("voucher.leaks.paused") } : {}),
          },
        ]}
      />
      <Muted>{programme.result ?? say("voucher.later")}</Muted>
      <Muted>{programme.binding}</Muted>
    </div>
  );
}

/** Of a voucher of a programme what it did, of any other whose its codes are. */
function Voucher({ voucherId }: { voucherId: string }) {
  return (
    <Answered
      question={usePerkOfVoucher(voucherId)}
      loading={say("voucher.loading.programme")}
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
    <Answered question={question} loading={say("voucher.loading.owner")} lines={3}>
      {({ owned, codes, total, next }) => (
        <div className="stack">
          {owned.length === 0 ? (
            <Empty title={say("voucher.nobody")}>{say("voucher.nobody.why")}</Empty>
          ) : (
            <CodesTable codes={owned} />
          )}
          {total > codes.length && (
            <Muted>
              {say("voucher.looked", {
                some: format.count(codes.length),
                all: format.count(total),
              })}
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
              {say("parts.next")}
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
    <About params={["voucherId"]} of="voucher" title={say("voucher.popup")}>
      {(voucherId) => <Owners voucherId={voucherId} />}
    </About>
  );
}
