// Whose the codes of a voucher are, those that others used most first. Saleor tells the codes, the app knows their owners.

import { type PersonalCode, useOwnersOfVoucher } from "../api/codes";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { CodesTable } from "./CodesTable";
import { byUse, totalOf } from "./uses";
import { say } from "../words/say";

const SHOWN = 5;

/** What the codes that are shown come to. */
function Totals({ codes }: { codes: readonly PersonalCode[] }) {
  const { format } = useShop();
  const { byOthers, byOwner, leaks, paid } = totalOf(codes);
  return (
    <Facts
      facts={[
        {
          label: say("voucher.holders"),
          value: format.count(new Set(codes.map((one) => one.customer_id)).size),
        },
        {
          label: say("voucher.redeemed"),
          value: format.count(byOthers + byOwner),
          note: say("voucher.redeemed.others", { count: format.count(byOthers) }),
        },
        {
          label: say("voucher.paid.others"),
          value: paid.length === 0 ? say("voucher.paid.none") : paid.map(format.money).join(", "),
        },
        { label: say("voucher.leaks"), value: format.count(leaks) },
      ]}
    />
  );
}

/** The codes in use, and behind a fold the others. */
function Listed({ codes }: { codes: readonly PersonalCode[] }) {
  const sorted = byUse(codes);
  const [first, rest] = [sorted.slice(0, SHOWN), sorted.slice(SHOWN)];
  return (
    <>
      <CodesTable codes={first} />
      {rest.length > 0 && (
        <details>
          <summary className="link">{say("voucher.more", { count: rest.length })}</summary>
          <CodesTable codes={rest} />
        </details>
      )}
    </>
  );
}

export function Owners({ voucherId }: { voucherId: string }) {
  const { format } = useShop();
  const question = useOwnersOfVoucher(voucherId);
  return (
    <Answered question={question} loading={say("voucher.loading.owner")} lines={4}>
      {({ owned, looked, total }) => (
        <div className="stack">
          {owned.length === 0 ? (
            <Empty title={say("voucher.nobody")}>{say("voucher.nobody.why")}</Empty>
          ) : (
            <>
              <Totals codes={owned} />
              <Listed codes={owned} />
            </>
          )}
          {total > looked && (
            <Muted>
              {say("voucher.looked", { some: format.count(looked), all: format.count(total) })}
            </Muted>
          )}
        </div>
      )}
    </Answered>
  );
}
