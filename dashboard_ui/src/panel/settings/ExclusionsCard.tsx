// Resellers and test accounts, whose purchases say nothing about influence.

import { useExclusions } from "../api/ties";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { exclusionName } from "../customer/words";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

const SHOWN = 10;

export function ExclusionsCard() {
  const [page, turn] = usePage(SHOWN);
  const question = useExclusions(page);
  const people = usePeople((question.data?.exclusions ?? []).map((one) => one.customer_id));
  return (
    <Card title={say("settings.excluded")}>
      <Answered question={question} loading={say("settings.excluded.loading")} lines={3}>
        {({ total, exclusions }) =>
          total === 0 ? (
            <Muted>{say("settings.excluded.none")}</Muted>
          ) : (
            <>
              <ul className="rows">
                {exclusions.map(({ customer_id: id, reason }) => (
                  <li key={id} className="row">
                    <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
                    <span>{exclusionName(reason)}</span>
                  </li>
                ))}
              </ul>
              <Paging page={page} total={total} of={say("settings.excluded.of")} onTurn={turn} />
            </>
          )
        }
      </Answered>
    </Card>
  );
}
