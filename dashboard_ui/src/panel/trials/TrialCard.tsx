// A customer's trials, and the way to begin one.

import type { CustomerValue } from "../api/questions";
import { useTrials } from "../api/trials";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { StartTrial } from "./StartTrial";
import { TrialRow } from "./TrialRow";
import { WHAT_A_TRIAL_IS } from "./words";

const SHOWN = 5;
const OPEN = new Set(["planning", "planned", "starting", "running"]);

export function TrialCard({ customer }: { customer: CustomerValue }) {
  const [page, turn] = usePage(SHOWN);
  const question = useTrials(customer.customer_id, page);
  const mayChange = useMay("MANAGE_APPS");
  return (
    <Card title="Trials by lot" wide>
      <Muted>{WHAT_A_TRIAL_IS}</Muted>
      <Answered question={question} loading="Loading trials" lines={2}>
        {({ trials, total }) => (
          <>
            {total === 0 && !mayChange && <Muted>There has been no trial for this customer.</Muted>}
            {total > 0 && (
              <ul className="rows" aria-label="Trials of this customer">
                {trials.map((trial) => (
                  <TrialRow key={trial.id} trial={trial} mayChange={mayChange} />
                ))}
              </ul>
            )}
            <Paging page={page} total={total} of="trials" onTurn={turn} />
            {mayChange && !trials.some(({ state }) => OPEN.has(state)) && (
              <StartTrial customerId={customer.customer_id} />
            )}
          </>
        )}
      </Answered>
    </Card>
  );
}
