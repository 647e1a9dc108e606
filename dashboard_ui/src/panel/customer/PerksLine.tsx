// The perks that a customer has, one line each; taking back and gift cards' balances are on their page.

import { type Grant, usePerksOf } from "../api/perks";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "../perks/place";
import { grantWords } from "../perks/grants";
import css from "./CustomerView.module.css";
import { say } from "../words/say";

const SHOWN = 3;

/** The label only where there is something to say besides that they have it. */
function Row({ grant }: { grant: Grant }) {
  const { label } = grantWords(grant);
  return (
    <li>
      <PlaceLink to={perkPlace(grant.programme_id)}>{grant.programme_title}</PlaceLink>{" "}
      <Muted as="span">{label}</Muted>
    </li>
  );
}

export function PerksLine({ customerId }: { customerId: string }) {
  const { data, isError } = usePerksOf(customerId, { limit: SHOWN, offset: 0 });
  if (isError) return <Muted as="span">{say("customer.hidden")}</Muted>;
  if (data === undefined) return <Muted as="span">…</Muted>;
  if (data.total === 0) return <>{say("customer.perks.none")}</>;
  return (
    <ul className={css.perks} aria-label={say("grants.of.customer")}>
      {data.grants.map((grant) => (
        <Row key={grant.id} grant={grant} />
      ))}
      {data.total > data.grants.length && (
        <li className="muted">
          {say("customer.perks.more", { count: data.total - data.grants.length })}
        </li>
      )}
    </ul>
  );
}
