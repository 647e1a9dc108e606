// What a sender got for a friend's order, and what staff can do about it.

import type { Programme, Reward } from "../api/perks";
import type { GiftCard, Person } from "../api/saleor";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { CardBalance } from "./CardBalance";
import { canTopUp } from "./fields";
import { TopUp } from "./TopUp";
import { rewardWords } from "./words";

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
  return (
    <li className="row">
      <div>
        {reward.sender_id === null ? (
          <Muted>Erased since</Muted>
        ) : (
          <CustomerLink customerId={reward.sender_id} person={person} />
        )}
        <Muted>
          {format.money(reward.amount)} for{" "}
          <OrderLink orderId={reward.order_id} number={reward.number} />
          {reward.state === "waiting" && `, due on ${format.day(reward.due_at)}`}
          {reward.why !== null && `: ${reward.why}`}
          {reward.returned_at !== null &&
            `: the order was given back since, on ${format.day(reward.returned_at)}; the next reward is set off`}
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
