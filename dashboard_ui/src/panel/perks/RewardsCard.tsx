// What links to forward brought: how often they were opened, and who was rewarded for which order.

import { useGiftCards } from "../api/giftCards";
import type { Programme } from "../api/perks";
import { usePerkRewards } from "../api/perkUses";
import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Around } from "../parts/Around";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Notice } from "../parts/Notice";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { RewardRow } from "./RewardRow";
import { say } from "../words/say";

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
    <Card title={say("perks.links")} wide>
      <Answered question={question} loading={say("perks.links.loading")} lines={6}>
        {(found) => (
          <>
            {found.target === null && (
              <Notice tone="warning" title={say("perks.links.none")}>
                <Around text={(settings) => say("perks.links.none.how", { settings })}>
                  <PlaceLink to="/settings">{say("perks.links.none.settings")}</PlaceLink>
                </Around>
              </Notice>
            )}
            <Facts
              facts={[
                {
                  label: say("perks.links.opened"),
                  value: format.count(found.visits),
                  note: say("perks.links.opened.note"),
                },
                { label: say("perks.links.orders"), value: format.count(found.total) },
                {
                  label: say("perks.links.waiting"),
                  value: format.count(found.waiting),
                },
                {
                  label: say("perks.links.given"),
                  value: format.count(found.given),
                  note: format.money(found.money),
                },
                {
                  label: say("perks.links.returned"),
                  value: format.count(found.returned),
                },
                { label: say("perks.links.refused"), value: format.count(found.refused) },
              ]}
            />
            {found.total > 0 && (
              <ul className="rows" aria-label={say("perks.rewards")}>
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
            <Paging page={page} total={found.total} of={say("perks.rewards.of")} onTurn={turn} />
          </>
        )}
      </Answered>
    </Card>
  );
}
