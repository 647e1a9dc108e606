// What a sender got for a friend's order, and what staff can do about it.

import type { Programme, Reward } from "../api/perks";
import type { GiftCard, Person } from "../api/saleor";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Around } from "../parts/Around";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { CardBalance } from "./CardBalance";
import { canTopUp } from "./fields";
import { TopUp } from "./TopUp";
import { rewardWords } from "./words";
import { say } from "../words/say";

interface Props {
  reward: Reward;
  person: Person | undefined;
  card: GiftCard | undefined;
  programme: Programme;
}

export function RewardRow({ reward, person, card, programme }: Props) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = rewardWords(reward.state);
  const amount = format.money(reward.amount);
  return (
    <li className="row">
      <div>
        {reward.sender_id === null ? (
          <Muted>{say("perks.erased")}</Muted>
        ) : (
          <CustomerLink customerId={reward.sender_id} person={person} />
        )}
        <Muted>
          <Around
            text={(order) =>
              reward.state === "waiting"
                ? say("perks.reward.due", { amount, order, day: format.day(reward.due_at) })
                : say("perks.reward", { amount, order })
            }
          >
            <OrderLink orderId={reward.order_id} number={reward.number} />
          </Around>
          {reward.why !== null && `: ${reward.why}`}
          {reward.returned_at !== null &&
            `: ${say("perks.reward.returned", { day: format.day(reward.returned_at) })}`}
        </Muted>
        <CardBalance card={card} toppedUp={reward.topped_up} />
      </div>
      <div className="code-more">
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        {mayChange && reward.card_id !== null && canTopUp(programme) && (
          <TopUp programmeId={programme.id} currency={programme.currency} cardId={reward.card_id} />
        )}
      </div>
    </li>
  );
}
