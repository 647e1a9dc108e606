// What is on a gift card now, until when it is valid, and what staff added to it.

import type { ToppedUp } from "../api/perks";
import type { GiftCard } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

interface Props {
  card: GiftCard | undefined;
  toppedUp: ToppedUp | null;
}

export function CardBalance({ card, toppedUp }: Props) {
  const { format } = useShop();
  const said: string[] = [];
  if (card !== undefined) {
    said.push(
      card.active
        ? say("grants.card.left", { money: format.money(card.balance) })
        : say("grants.card.off"),
    );
    if (card.active) {
      said.push(
        card.expires === null
          ? say("grants.card.forever")
          : say("grants.card.until", { day: format.day(card.expires) }),
      );
    }
  }
  if (toppedUp !== null && Number(toppedUp.given.amount) > 0) {
    said.push(say("grants.card.added", { money: format.money(toppedUp.given) }));
  }
  if (toppedUp !== null && toppedUp.waiting > 0) said.push(say("grants.card.adding"));
  if (toppedUp?.error) said.push(say("grants.card.failed", { why: toppedUp.error }));
  return said.length === 0 ? null : <Muted>{said.join(", ")}</Muted>;
}
