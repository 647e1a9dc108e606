// Who was drawn for a programme, and a way to give it by hand.

import { useState } from "react";

import {
  type Grant,
  type Programme,
  useGivePerk,
  usePerkGrants,
  useTakeBackPerk,
} from "../api/perks";
import { type Person } from "../api/saleor";
import { usePeople } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { TroubleNotice } from "../parts/TroubleNotice";
import { grantWords } from "./words";

const SHOWN = 20;

export function TakeBack({ grant }: { grant: Grant }) {
  const taking = useTakeBackPerk();
  if (!["staged", "given", "failed"].includes(grant.state)) return null;
  return (
    <>
      <Confirm
        label="Take back"
        question="Take it back? It counts in the programme's result as it is."
        yes="Take back"
        busy={taking.isPending}
        onYes={() => {
          taking.mutate(grant.id);
        }}
      />
      {taking.isError && <TroubleNotice trouble={taking.error} />}
    </>
  );
}

function Row({ grant, person }: { grant: Grant; person: Person | undefined }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = grantWords(grant.state);
  return (
    <li className="row">
      <div>
        {grant.customer_id === null ? (
          <Muted>Erased since</Muted>
        ) : (
          <CustomerLink customerId={grant.customer_id} person={person} />
        )}
        <Muted>
          {grant.by_hand
            ? "Given by hand"
            : grant.is_open
              ? "Drawn among regular customers"
              : "Drawn"}{" "}
          on {format.day(grant.drawn_at)}
          {grant.uses > 0 && `, used ${format.count(grant.uses)} times`}
          {grant.error !== null && `: ${grant.error}`}
        </Muted>
      </div>
      <div className="code-more">
        {grant.code !== null && <span className="code">{grant.code}</span>}
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        {mayChange && <TakeBack grant={grant} />}
      </div>
    </li>
  );
}

function Give({ programme }: { programme: Programme }) {
  const [person, setPerson] = useState<Person | null>(null);
  const giving = useGivePerk();
  return (
    <div className="import">
      <CustomerSearch
        chosen={person}
        of="gets it by hand"
        back="Somebody else"
        onChoose={setPerson}
      />
      {person !== null && (
        <Confirm
          label="Give it"
          question="Given by hand, it does not count in what the programme measures."
          yes="Give"
          busy={giving.isPending}
          onYes={() => {
            giving.mutate(
              { id: programme.id, customerId: person.id },
              {
                onSuccess: () => {
                  setPerson(null);
                },
              },
            );
          }}
        />
      )}
      {giving.isError && <TroubleNotice trouble={giving.error} />}
    </div>
  );
}

export function GrantsCard({ programme }: { programme: Programme }) {
  const [page, turn] = usePage(SHOWN);
  const question = usePerkGrants(programme.id, page);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const ids = (question.data?.grants ?? []).flatMap(({ customer_id: id }) => (id ? [id] : []));
  const people = usePeople([...new Set(ids)]);
  return (
    <Card title="Who was drawn" wide>
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
      {mayChange && programme.state === "running" && <Give programme={programme} />}
    </Card>
  );
}
