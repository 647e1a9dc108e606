// Orders in which a perk was used, also by somebody else than its owner.

import { type PerkUse } from "../api/perks";
import { usePerkUses } from "../api/perkUses";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { nameOf } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { perkPlace } from "./place";

const SHOWN = 20;

function byWhom({ by_owner: byOwner, refusal }: PerkUse): string {
  if (byOwner) return "Used by its owner";
  return refusal === null
    ? "Used by somebody else: a referral of its owner's"
    : "Used by somebody else, whose it is not: nothing is credited for it";
}

function Row({ use, person }: { use: PerkUse; person: Person | undefined }) {
  const { format } = useShop();
  return (
    <li className="row">
      <div>
        <OrderLink orderId={use.order_id} number={use.number} />,{" "}
        <PlaceLink to={perkPlace(use.programme_id)}>{use.programme_title}</PlaceLink>
        <Muted>
          {byWhom(use)}
          {use.customer_id !== null && ` (${nameOf(person, use.customer_id)})`}
        </Muted>
      </div>
      <div className="code-more">
        {use.is_back && <Chip tone="neutral">Cancelled: does not count</Chip>}
        {use.refusal !== null && <Chip tone="warning">Not theirs</Chip>}
        <span className="figure">{format.money(use.cost)}</span>
      </div>
    </li>
  );
}

export function PerkUsesPage() {
  const [page, turn] = usePage(SHOWN);
  const question = usePerkUses(page);
  const ids = (question.data?.uses ?? []).flatMap(({ customer_id: id }) => (id ? [id] : []));
  const people = usePeople([...new Set(ids)]);
  return (
    <AppPage title="Orders with perks">
      <Card title="Orders" wide>
        <Answered question={question} loading="Loading the orders" lines={6}>
          {({ uses, total }) =>
            total === 0 ? (
              <Empty title="Nothing here yet">
                Orders are listed within a minute of a customer&apos;s using a perk.
              </Empty>
            ) : (
              <>
                <ul className="rows" aria-label="Orders with perks">
                  {uses.map((use) => (
                    <Row
                      key={`${use.order_id} ${use.programme_id}`}
                      use={use}
                      person={people.data?.get(use.customer_id ?? "")}
                    />
                  ))}
                </ul>
                <Paging page={page} total={total} of="orders with perks" onTurn={turn} />
              </>
            )
          }
        </Answered>
      </Card>
    </AppPage>
  );
}
