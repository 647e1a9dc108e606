// Leaves resellers and test accounts out of the ledger, and takes them in again.

import { useExclude } from "../api/ties";
import type { CustomerValue } from "../api/questions";
import { Card } from "../parts/Card";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function ExclusionCard({ customer }: { customer: CustomerValue }) {
  const change = useExclude(customer.customer_id);
  const { exclusion } = customer;
  return (
    <Card title={say("record.left")} wide>
      <Muted>
        {exclusion === null
          ? say("record.left.what")
          : say("record.left.as", { reason: exclusion })}
      </Muted>
      {change.isError && <TroubleNotice trouble={change.error} />}
      <div className="line">
        {exclusion === null ? (
          <>
            <Confirm
              label={say("record.left.reseller")}
              question={say("record.left.reseller.sure")}
              yes={say("record.left.yes")}
              busy={change.isPending}
              onYes={() => {
                change.mutate("reseller");
              }}
            />
            <Confirm
              label={say("record.left.test")}
              question={say("record.left.test.sure")}
              yes={say("record.left.yes")}
              busy={change.isPending}
              onYes={() => {
                change.mutate("test");
              }}
            />
          </>
        ) : (
          <Confirm
            label={say("record.left.again")}
            question={say("record.left.again.sure")}
            yes={say("record.left.again.yes")}
            busy={change.isPending}
            onYes={() => {
              change.mutate(null);
            }}
          />
        )}
      </div>
    </Card>
  );
}
