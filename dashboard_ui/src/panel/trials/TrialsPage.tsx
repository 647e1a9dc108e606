// All trials of the shop, the newest first.

import { usePeople } from "../api/questions";
import { useTrials } from "../api/trials";
import { useMay } from "../bridge/may";
import { evidencePlace } from "../bridge/place";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { TrialRow } from "./TrialRow";
import { WHAT_A_TRIAL_IS } from "./words";

const SHOWN = 20;

export function TrialsPage() {
  const [page, turn] = usePage(SHOWN);
  const question = useTrials(null, page);
  const mayChange = useMay("MANAGE_APPS");
  const ids = [...new Set((question.data?.trials ?? []).map((trial) => trial.customer_id))];
  const people = usePeople(ids);
  return (
    <AppPage title="Trials" subtitle={<Muted>{WHAT_A_TRIAL_IS}</Muted>}>
      <Card title="Trials by lot">
        <Answered question={question} loading="Loading the trials" lines={6}>
          {({ trials, total }) =>
            total === 0 ? (
              <Empty title="No trials yet">Plan a trial on the evidence page of a customer.</Empty>
            ) : (
              <>
                <ul className="rows" aria-label="Trials">
                  {trials.map((trial) => (
                    <TrialRow key={trial.id} trial={trial} mayChange={mayChange}>
                      <PlaceLink to={evidencePlace(trial.customer_id)}>
                        {nameOf(people.data?.get(trial.customer_id), trial.customer_id)}
                      </PlaceLink>
                    </TrialRow>
                  ))}
                </ul>
                <Paging page={page} total={total} of="trials" onTurn={turn} />
              </>
            )
          }
        </Answered>
        {people.isError && (
          <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
        )}
      </Card>
    </AppPage>
  );
}
