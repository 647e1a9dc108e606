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
import { say } from "../words/say";

const SHOWN = 20;

function byWhom({ by_owner: byOwner, refusal }: PerkUse): string {
  if (byOwner) return say("perks.uses.owner");
  return say(refusal === null ? "perks.uses.referral" : "perks.uses.stranger");
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
        {use.is_back && <Chip tone="neutral">{say("perks.uses.cancelled")}</Chip>}
        {use.refusal !== null && <Chip tone="warning">{say("perks.uses.other")}</Chip>}
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
    <AppPage title={say("perks.uses")}>
      <Card title={say("perks.uses.orders")} wide>
        <Answered question={question} loading={say("perks.uses.loading")} lines={6}>
          {({ uses, total }) =>
            total === 0 ? (
              <Empty title={say("perks.uses.none")}>{say("perks.uses.none.when")}</Empty>
            ) : (
              <>
                <ul className="rows" aria-label={say("perks.uses")}>
                  {uses.map((use) => (
                    <Row
                      key={`${use.order_id} ${use.programme_id}`}
                      use={use}
                      person={people.data?.get(use.customer_id ?? "")}
                    />
                  ))}
                </ul>
                <Paging page={page} total={total} of={say("perks.uses.of")} onTurn={turn} />
              </>
            )
          }
        </Answered>
      </Card>
    </AppPage>
  );
}
