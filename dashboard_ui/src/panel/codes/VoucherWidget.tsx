// On a voucher: what its programme did, or whose its codes are, how they were used, and what others paid.

import { type Programme, usePerkOfVoucher } from "../api/perks";
import { useShop } from "../bridge/shop";
import { About } from "../mounts/About";
import { Answered } from "../parts/Answered";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "../perks/place";
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
          { label: "Holders", value: count(programme.counts.given) },
          {
            label: "Redeemed",
            value: count(programme.uses),
            note: `${count(programme.uses_by_others)} by somebody else`,
          },
          { label: "Paid in these orders", value: format.money(programme.paid) },
          { label: "What the perk cost", value: format.money(programme.cost) },
          {
            label: "Leaks",
            value: count(programme.leaks),
            ...(leaks ? { note: "Crediting of these codes is paused." } : {}),
          },
        ]}
      />
      <Holders programme={programme} />
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
      {(voucherId) => <Voucher voucherId={voucherId} />}
    </About>
  );
}
