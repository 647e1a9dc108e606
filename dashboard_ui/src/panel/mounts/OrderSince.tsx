// The code that an order was placed with, and whom its customer may have led since.

import { type OrderInfluence, usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { say } from "../words/say";
import { sinceWords } from "./orders";

function Owner({ ownerId }: { ownerId: string }) {
  const people = usePeople([ownerId]);
  return <CustomerLink customerId={ownerId} person={people.data?.get(ownerId)} brief />;
}

interface CodeProps {
  code: NonNullable<OrderInfluence["code"]>;
  /** Whether its owner is named below, as who led to the order. */
  isNamed: boolean;
}

export function CodeUsed({ code, isNamed }: CodeProps) {
  const { code: name, owner_id: ownerId, is_own: isOwn } = code;
  return (
    <Section title={say("mounts.code")}>
      <p className="code">{name}</p>
      {ownerId === null && <Muted>{say("mounts.code.nobody")}</Muted>}
      {ownerId !== null && isOwn && <Muted>{say("mounts.code.own")}</Muted>}
      {ownerId !== null && !isOwn && isNamed && <Muted>{say("mounts.code.leader")}</Muted>}
      {ownerId !== null && !isOwn && !isNamed && (
        <div>
          <Muted as="span">{say("mounts.code.of")} </Muted>
          <Owner ownerId={ownerId} />
        </div>
      )}
    </Section>
  );
}

export function LedSince({ led }: { led: NonNullable<OrderInfluence["led"]> }) {
  const { format } = useShop();
  const people = usePeople(led.newest.map((one) => one.customer_id));
  return (
    <Section title={say("mounts.since.title")}>
      <p>{sinceWords(led)}</p>
      {led.newest.length > 0 && (
        <ul className="rows">
          {led.newest.map(({ customer_id: id, last_at: at, is_counted: isCounted }) => (
            <li key={id} className="row">
              <div>
                <CustomerLink customerId={id} person={people.data?.get(id)} brief />
                <Muted>{say("mounts.since.last", { day: format.day(at) })}</Muted>
              </div>
              <span className="row-money">
                {!isCounted && <Muted as="span">{say("mounts.uncounted")} </Muted>}
                <PlaceLink to={evidencePlace(id)}>{say("mounts.evidence")}</PlaceLink>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
