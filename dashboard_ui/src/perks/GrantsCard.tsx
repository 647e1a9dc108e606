// Who was drawn for a programme.

import { type Grant, type Programme, usePerkGrants } from "../api/perks";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { ReplaceCode } from "../codes/ReplaceCode";
import { GiveByHand } from "./GiveByHand";
import { GrantsDownload } from "./GrantsDownload";
import { TakeBack } from "./TakeBack";
import { UseCheck } from "./UseCheck";
import { grantWords } from "./words";

const SHOWN = 20;

function howOf(grant: Grant): string {
  if (grant.by_hand) return "Given by hand";
  if (grant.arm === "refused") return "Refused";
  return grant.is_open ? "Drawn among regular customers" : "Drawn";
}

function Row({ grant, person }: { grant: Grant; person: Person | undefined }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = grantWords(grant);
  return (
    <li className="row">
      <div>
        {grant.customer_id === null ? (
          <Muted>Erased since</Muted>
        ) : (
          <CustomerLink customerId={grant.customer_id} person={person} />
        )}
        <Muted>
          {howOf(grant)} on {format.day(grant.drawn_at)}
          {grant.uses > 0 && `, used ${format.count(grant.uses)} times`}
          {grant.link !== null && `, link opened ${format.count(grant.visits)} times`}
          {grant.error !== null && `: ${grant.error}`}
        </Muted>
        {grant.refused !== null && <Muted>{grant.refused}</Muted>}
      </div>
      <div className="code-more">
        {grant.code !== null && <span className="code">{grant.code}</span>}
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        {mayChange && grant.can_be_replaced && grant.given_at !== null && (
          <ReplaceCode grantId={grant.id} givenAt={grant.given_at} />
        )}
        {mayChange && <TakeBack grant={grant} />}
      </div>
    </li>
  );
}

export function GrantsCard({ programme }: { programme: Programme }) {
  const [page, turn] = usePage(SHOWN);
  const question = usePerkGrants(programme, page);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const ids = (question.data?.grants ?? []).flatMap(({ customer_id: id }) => (id ? [id] : []));
  const people = usePeople([...new Set(ids)]);
  return (
    <Card title="Who was drawn" wide action={<GrantsDownload programme={programme} />}>
      <Answered question={question} loading="Loading who was drawn" lines={6}>
        {({ grants, total }) =>
          total === 0 ? (
            <Empty title="Nobody yet">The lots are drawn within a minute of the start.</Empty>
          ) : (
            <>
              <ul className="rows" aria-label="Customers who were drawn">
                {grants.map((grant) => (
                  <Row
                    key={grant.id}
                    grant={grant}
                    person={people.data?.get(grant.customer_id ?? "")}
                  />
                ))}
              </ul>
              <Paging page={page} total={total} of="customers who were drawn" onTurn={turn} />
            </>
          )
        }
      </Answered>
      {mayChange && programme.state === "running" && <GiveByHand programme={programme} />}
      <UseCheck programme={programme} />
    </Card>
  );
}
