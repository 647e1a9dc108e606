// A customer's perks: what they were drawn for, what they have, and the way to take it back.

import { usePerksOf } from "../api/perks";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "./place";
import { TakeBack } from "./TakeBack";
import { grantWords } from "./words";

const SHOWN = 5;

export function CustomerPerks({ customerId }: { customerId: string }) {
  const [page, turn] = usePage(SHOWN, customerId);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  return (
    <Card title="Perks" wide>
      <Answered question={usePerksOf(customerId, page)} loading="Loading their perks" lines={2}>
        {({ grants, total }) =>
          total === 0 ? (
            <Muted>This customer was drawn for no programme.</Muted>
          ) : (
            <>
              <ul className="rows" aria-label="Perks of this customer">
                {grants.map((grant) => {
                  const { label, tone, icon } = grantWords(grant);
                  return (
                    <li key={grant.id} className="row">
                      <div>
                        <PlaceLink to={perkPlace(grant.programme_id)}>
                          {grant.programme_title}
                        </PlaceLink>
                        <Muted>{grant.summary}</Muted>
                      </div>
                      <div className="code-more">
                        <Chip tone={tone} icon={icon}>
                          {label}
                        </Chip>
                        {mayChange && <TakeBack grant={grant} />}
                      </div>
                    </li>
                  );
                })}
              </ul>
              <Paging page={page} total={total} of="perks" onTurn={turn} />
            </>
          )
        }
      </Answered>
    </Card>
  );
}
