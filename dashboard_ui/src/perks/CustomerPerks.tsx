// A customer's perks: what they were drawn for, what they have, and the way to take it back.

import { useGiftCards } from "../api/giftCards";
import { usePerksOf } from "../api/perks";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { CardBalance } from "./CardBalance";
import { perkPlace } from "./place";
import { TakeBack } from "./TakeBack";
import { grantWords } from "./words";

const SHOWN = 5;

export function CustomerPerks({ customerId }: { customerId: string }) {
  const [page, turn] = usePage(SHOWN, customerId);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const question = usePerksOf(customerId, page);
  const cardIds = (question.data?.grants ?? []).flatMap(({ card_id: id }) => (id ? [id] : []));
  const cards = useGiftCards(cardIds, question.data);
  return (
    <Card title="Perks" wide>
      <Answered question={question} loading="Loading their perks" lines={2}>
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
                        <CardBalance
                          card={cards.data?.get(grant.card_id ?? "")}
                          toppedUp={grant.topped_up}
                        />
                        {grant.link !== null && (
                          <CopyField label="Link to forward" text={grant.link} />
                        )}
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
