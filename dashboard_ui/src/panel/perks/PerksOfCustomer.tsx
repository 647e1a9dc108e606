// What a customer was drawn for and has, with the ways to give something and to take it back.

import { useGiftCards } from "../api/giftCards";
import { type Grant, usePerksOf } from "../api/perks";
import type { GiftCard } from "../api/saleor";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Chip } from "../parts/Chip";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { CardBalance } from "./CardBalance";
import { GiveOne } from "./GiveOne";
import { perkPlace } from "./place";
import { TakeBack } from "./TakeBack";
import { grantWords } from "./grants";
import { say } from "../words/say";

function Row({ grant, card }: { grant: Grant; card: GiftCard | undefined }) {
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = grantWords(grant);
  return (
    <li className="row">
      <div>
        <PlaceLink to={perkPlace(grant.programme_id)}>{grant.programme_title}</PlaceLink>
        <Muted>{grant.summary}</Muted>
        <CardBalance card={card} toppedUp={grant.topped_up} />
        {grant.link !== null && <CopyField label={say("grants.link")} text={grant.link} />}
      </div>
      <div className="code-more">
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        {mayChange && <TakeBack grant={grant} />}
      </div>
    </li>
  );
}

export function PerksOfCustomer({ customerId, shown }: { customerId: string; shown: number }) {
  const [page, turn] = usePage(shown, customerId);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const question = usePerksOf(customerId, page);
  const cardIds = (question.data?.grants ?? []).flatMap(({ card_id: id }) => (id ? [id] : []));
  const cards = useGiftCards(cardIds, question.data);
  return (
    <>
      <Answered question={question} loading={say("grants.loading")} lines={2}>
        {({ grants, total }) =>
          total === 0 ? (
            <Muted>{say("grants.none")}</Muted>
          ) : (
            <>
              <ul className="rows" aria-label={say("grants.of.customer")}>
                {grants.map((grant) => (
                  <Row key={grant.id} grant={grant} card={cards.data?.get(grant.card_id ?? "")} />
                ))}
              </ul>
              <Paging page={page} total={total} of={say("grants.of")} onTurn={turn} />
            </>
          )
        }
      </Answered>
      {mayChange && <GiveOne key={customerId} customerId={customerId} />}
    </>
  );
}
