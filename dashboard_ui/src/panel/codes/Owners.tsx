// Whose the codes of a voucher are, those that others used most first. Saleor tells the codes, the app knows their owners.

import { type PersonalCode, useOwnersOfVoucher } from "../api/codes";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { CodesTable } from "./CodesTable";
import { byUse, totalOf } from "./uses";

const SHOWN = 5;

/** What the codes that are shown come to. */
function Totals({ codes }: { codes: readonly PersonalCode[] }) {
  const { format } = useShop();
  const { byOthers, byOwner, leaks, paid } = totalOf(codes);
  return (
    <Facts
      facts={[
        {
          label: "Holders",
          value: format.count(new Set(codes.map((one) => one.customer_id)).size),
        },
        {
          label: "Redeemed",
          value: format.count(byOthers + byOwner),
          note: `${format.count(byOthers)} by somebody else`,
        },
        {
          label: "Others paid",
          value: paid.length === 0 ? "Nothing yet" : paid.map(format.money).join(", "),
        },
        { label: "Leaks", value: format.count(leaks) },
      ]}
    />
  );
}

/** The codes in use, and behind a fold the others. */
function Listed({ codes }: { codes: readonly PersonalCode[] }) {
  const { format } = useShop();
  const sorted = byUse(codes);
  const [first, rest] = [sorted.slice(0, SHOWN), sorted.slice(SHOWN)];
  return (
    <>
      <CodesTable codes={first} />
      {rest.length > 0 && (
        <details>
          <summary className="link">
            {rest.length === 1 ? "1 more code" : `${format.count(rest.length)} more codes`}
          </summary>
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
    <Answered question={question} loading="Looking up whose codes these are" lines={4}>
      {({ owned, looked, total }) => (
        <div className="stack">
          {owned.length === 0 ? (
            <Empty title="Nobody's personal code">
              Orders with it earn nobody anything. Codes are given to customers on the app&apos;s
              page under Discounts.
            </Empty>
          ) : (
            <>
              <Totals codes={owned} />
              <Listed codes={owned} />
            </>
          )}
          {total > looked && (
            <Muted>
              {format.count(looked)} of {format.count(total)} codes were looked at here.
            </Muted>
          )}
        </div>
      )}
    </Answered>
  );
}
