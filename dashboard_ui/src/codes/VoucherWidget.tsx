// On a voucher: whose its codes are. Saleor tells the codes, the app knows their owners.

import { Button } from "@saleor/macaw-ui";
import { useState } from "react";

import { useOwnersOfVoucher } from "../api/codes";
import { useShop } from "../bridge/shop";
import { About } from "../mounts/About";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { CodesTable } from "./CodesTable";

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
      {(voucherId) => <Owners voucherId={voucherId} />}
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
