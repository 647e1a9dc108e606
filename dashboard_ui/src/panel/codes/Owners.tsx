// Whose the codes of a voucher are, those that others used most first. Saleor tells the codes, the app knows their owners.

import { useState } from "react";

import { type PersonalCode, useOwnersOfVoucher } from "../api/codes";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { CodesTable } from "./CodesTable";
import { byUse, totalOf } from "./uses";

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

export function Owners({ voucherId }: { voucherId: string }) {
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
            <>
              <Totals codes={owned} />
              <CodesTable codes={byUse(owned)} />
            </>
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
