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
import { say } from "../words/say";

const SHOWN = 5;
const OPEN = new Set(["planning", "planned", "starting", "running"]);

export function TrialCard({ customer }: { customer: CustomerValue }) {
  const [page, turn] = usePage(SHOWN);
  const question = useTrials(customer.customer_id, page);
  const mayChange = useMay("MANAGE_APPS");
  return (
    <Card title={say("trials.card")} wide>
      <Muted>{say("trials.what")}</Muted>
      <Answered question={question} loading={say("trials.loading")} lines={2}>
        {({ trials, total }) => (
          <>
            {total === 0 && !mayChange && <Muted>{say("trials.none.customer")}</Muted>}
            {total > 0 && (
              <ul className="rows" aria-label={say("trials.of.customer")}>
                {trials.map((trial) => (
                  <TrialRow key={trial.id} trial={trial} mayChange={mayChange} />
                ))}
              </ul>
            )}
            <Paging page={page} total={total} of={say("trials.of")} onTurn={turn} />
            {mayChange && !trials.some(({ state }) => OPEN.has(state)) && (
              <StartTrial customerId={customer.customer_id} />
            )}
          </>
        )}
      </Answered>
    </Card>
  );
}
