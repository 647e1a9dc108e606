// Leaves resellers and test accounts out of the ledger, and takes them in again.

import { useExclude } from "../api/ties";
import type { CustomerValue } from "../api/questions";
import { exclusionName } from "../customer/words";
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
          ? "Purchases of resellers and test accounts say nothing about influence. The customer keeps their own value when left out."
          : `Left out as ${exclusionName(exclusion)}: nobody is credited for this customer's purchases, and they are credited for nobody's. The next run counts it.`}
      </Muted>
      {change.isError && <TroubleNotice trouble={change.error} />}
      <div className="line">
        {exclusion === null ? (
          <>
            <Confirm
              label="This is a reseller"
              question="Leave this customer out as a reseller?"
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
            label="Include again"
            question="Count this customer's purchases again?"
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
