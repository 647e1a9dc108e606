// On a voucher: what its programme did, or whose its codes are, how they were used, and what others paid.

import { type Programme, usePerkOfVoucher } from "../api/perks";
import { useShop } from "../bridge/shop";
import { About } from "../mounts/About";
import { Answered } from "../parts/Answered";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "../perks/place";
import { say } from "../words/say";
import { Holders } from "./Holders";
import { Owners } from "./Owners";

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
          { label: say("voucher.paid"), value: format.money(programme.paid) },
          { label: say("voucher.cost"), value: format.money(programme.cost) },
          {
            label: say("voucher.leaks"),
            value: count(programme.leaks),
            ...(leaks ? { note: say("voucher.leaks.paused") } : {}),
          },
        ]}
      />
      <Holders programme={programme} />
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
      {(voucherId) => <Voucher voucherId={voucherId} />}
    </About>
  );
}
