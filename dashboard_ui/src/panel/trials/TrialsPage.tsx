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
import { say } from "../words/say";

const SHOWN = 20;

export function TrialsPage() {
  const [page, turn] = usePage(SHOWN);
  const question = useTrials(null, page);
  const mayChange = useMay("MANAGE_APPS");
  const ids = [...new Set((question.data?.trials ?? []).map((trial) => trial.customer_id))];
  const people = usePeople(ids);
  return (
    <AppPage title={say("trials.title")} subtitle={<Muted>{say("trials.what")}</Muted>}>
      <Card title={say("trials.card")}>
        <Answered question={question} loading={say("trials.loading")} lines={6}>
          {({ trials, total }) =>
            total === 0 ? (
              <Empty title={say("trials.none")}>{say("trials.none.how")}</Empty>
            ) : (
              <>
                <ul className="rows" aria-label={say("trials.title")}>
                  {trials.map((trial) => (
                    <TrialRow key={trial.id} trial={trial} mayChange={mayChange}>
                      <PlaceLink to={evidencePlace(trial.customer_id)}>
                        {nameOf(people.data?.get(trial.customer_id), trial.customer_id)}
                      </PlaceLink>
                    </TrialRow>
                  ))}
                </ul>
                <Paging page={page} total={total} of={say("trials.of")} onTurn={turn} />
              </>
            )
          }
        </Answered>
        {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
      </Card>
    </AppPage>
  );
}
