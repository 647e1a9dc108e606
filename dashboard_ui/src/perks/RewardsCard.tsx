// What links to forward brought: how often they were opened, and who was rewarded for which order.

import { type Reward } from "../api/perks";
import { usePerkRewards } from "../api/perkUses";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { rewardWords } from "./words";

const SHOWN = 20;

function Row({ reward, person }: { reward: Reward; person: Person | undefined }) {
  const { format } = useShop();
  const { label, tone, icon } = rewardWords(reward.state);
  return (
    <li className="row">
      <div>
        {reward.sender_id === null ? (
          <Muted>Erased since</Muted>
        ) : (
          <CustomerLink customerId={reward.sender_id} person={person} />
        )}
        <Muted>
          {format.money(reward.amount)} for <OrderLink orderId={reward.order_id} number={null} />
          {reward.state === "waiting" && `, due on ${format.day(reward.due_at)}`}
          {reward.why !== null && `: ${reward.why}`}
          {reward.returned_at !== null &&
            `: the order was given back since, on ${format.day(reward.returned_at)}; the next reward is set off`}
        </Muted>
      </div>
      <div className="code-more">
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
      </div>
    </li>
  );
}

export function RewardsCard({ programmeId }: { programmeId: number }) {
  const { format } = useShop();
  const [page, turn] = usePage(SHOWN, String(programmeId));
  const question = usePerkRewards(programmeId, page);
  const ids = (question.data?.rewards ?? []).flatMap(({ sender_id: id }) => (id ? [id] : []));
  const people = usePeople([...new Set(ids)]);
  return (
    <Card title="Links and rewards" wide>
      <Answered question={question} loading="Loading what the links brought" lines={6}>
        {(found) => (
          <>
            {found.target === null && (
              <Notice tone="warning" title="There are no links yet">
                Say in the <PlaceLink to="/settings">settings</PlaceLink> which page of your
                storefront they lead to. Until then customers see their codes alone.
              </Notice>
            )}
            <Facts
              facts={[
                {
                  label: "Links opened",
                  value: format.count(found.visits),
                  note: "Counted for each link, and nothing else. Programs that look at links count, too.",
                },
                { label: "Orders with a code", value: format.count(found.total) },
                {
                  label: "Rewards waiting for the return period",
                  value: format.count(found.waiting),
                },
                {
                  label: "Rewards given",
                  value: format.count(found.given),
                  note: format.money(found.money),
                },
                {
                  label: "Of these, for orders given back since",
                  value: format.count(found.returned),
                },
                { label: "Orders that bring no reward", value: format.count(found.refused) },
              ]}
            />
            {found.total > 0 && (
              <ul className="rows" aria-label="Rewards">
                {found.rewards.map((reward) => (
                  <Row
                    key={reward.id}
                    reward={reward}
                    person={people.data?.get(reward.sender_id ?? "")}
                  />
                ))}
              </ul>
            )}
            <Paging page={page} total={found.total} of="rewards" onTurn={turn} />
          </>
        )}
      </Answered>
    </Card>
  );
}
