// What links to forward brought: how often they were opened, and who was rewarded for which order.

import { useGiftCards } from "../api/giftCards";
import type { Programme } from "../api/perks";
import { usePerkRewards } from "../api/perkUses";
import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Notice } from "../parts/Notice";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { RewardRow } from "./RewardRow";

const SHOWN = 20;

export function RewardsCard({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const [page, turn] = usePage(SHOWN, String(programme.id));
  const question = usePerkRewards(programme.id, page);
  const cardIds = (question.data?.rewards ?? []).flatMap(({ card_id: id }) => (id ? [id] : []));
  const cards = useGiftCards(cardIds, question.data);
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
                  <RewardRow
                    key={reward.id}
                    reward={reward}
                    person={people.data?.get(reward.sender_id ?? "")}
                    card={cards.data?.get(reward.card_id ?? "")}
                    programme={programme}
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
