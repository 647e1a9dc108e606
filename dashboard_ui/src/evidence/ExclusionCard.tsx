// Leaves resellers and test accounts out of the ledger, and takes them in again.

import { useExclude } from "../api/ties";
import type { CustomerValue } from "../api/questions";
import { EXCLUSIONS } from "../customer/words";
import { Card } from "../parts/Card";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";

export function ExclusionCard({ customer }: { customer: CustomerValue }) {
  const change = useExclude(customer.customer_id);
  const { exclusion } = customer;
  return (
    <Card title="Left out of the ledger" wide>
      <Muted>
        {exclusion === null
          ? "Purchases of resellers and test accounts say nothing about influence. Her own value stays when she is left out."
          : `She is left out as ${EXCLUSIONS[exclusion] ?? exclusion}: nobody is credited for her purchases, and she is for nobody's. The next run counts it.`}
      </Muted>
      {change.isError && <TroubleNotice trouble={change.error} />}
      <div className="line">
        {exclusion === null ? (
          <>
            <Confirm
              label="She is a reseller"
              question="Leave her out as a reseller?"
              yes="Leave out"
              busy={change.isPending}
              onYes={() => {
                change.mutate("reseller");
              }}
            />
            <Confirm
              label="This is a test account"
              question="Leave it out as a test account?"
              yes="Leave out"
              busy={change.isPending}
              onYes={() => {
                change.mutate("test");
              }}
            />
          </>
        ) : (
          <Confirm
            label="Take her in again"
            question="Let her purchases count again?"
            yes="Take in"
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
