// A customer who was drawn for a programme: what they have, and what staff can do about it.

import type { Grant } from "../api/perks";
import type { GiftCard, Person } from "../api/saleor";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { ReplaceCode } from "../codes/ReplaceCode";
import type { Format } from "../format/format";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { CardBalance } from "./CardBalance";
import { TakeBack } from "./TakeBack";
import { TopUp } from "./TopUp";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import { grantWords } from "./grants";

function howOf(grant: Grant): Key {
  if (grant.by_hand) return "perks.drawn.hand";
  if (grant.arm === "refused") return "perks.drawn.refused";
  return grant.is_open ? "perks.drawn.regular" : "perks.drawn.lot";
}

function whatOf(grant: Grant, { count, day }: Format): string {
  const { uses } = grant;
  const said = [
    say(howOf(grant), { day: day(grant.drawn_at) }),
    uses > 0 && say("perks.drawn.uses", { count: uses }),
    grant.link !== null && say("perks.drawn.visits", { count: count(grant.visits) }),
  ];
  return said.filter(Boolean).join(", ");
}

interface Props {
  grant: Grant;
  person: Person | undefined;
  card: GiftCard | undefined;
  /** Null: its card cannot be topped up. */
  currency: string | null;
}

export function GrantRow({ grant, person, card, currency }: Props) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = grantWords(grant);
  return (
    <li className="row">
      <div>
        {grant.customer_id === null ? (
          <Muted>{say("perks.erased")}</Muted>
        ) : (
          <CustomerLink customerId={grant.customer_id} person={person} />
        )}
        <Muted>
          {whatOf(grant, format)}
          {grant.error !== null && `: ${grant.error}`}
        </Muted>
        {grant.refused !== null && <Muted>{grant.refused}</Muted>}
        <CardBalance card={card} toppedUp={grant.topped_up} />
      </div>
      <div className="code-more">
        {grant.code !== null && <span className="code">{grant.code}</span>}
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        {mayChange && grant.can_be_replaced && grant.given_at !== null && (
          <ReplaceCode grantId={grant.id} givenAt={grant.given_at} />
        )}
        {mayChange && currency !== null && grant.state === "given" && grant.card_id !== null && (
          <TopUp programmeId={grant.programme_id} currency={currency} cardId={grant.card_id} />
        )}
        {mayChange && <TakeBack grant={grant} />}
      </div>
    </li>
  );
}
