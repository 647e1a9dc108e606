// What is on a gift card now, until when it is valid, and what staff added to it.

import type { ToppedUp } from "../api/perks";
import type { GiftCard } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";

interface Props {
  card: GiftCard | undefined;
  toppedUp: ToppedUp | null;
}

export function CardBalance({ card, toppedUp }: Props) {
  const { format } = useShop();
  const said: string[] = [];
  if (card !== undefined) {
    said.push(card.active ? `${format.money(card.balance)} left` : "Switched off");
    if (card.active) {
      said.push(
        card.expires === null ? "does not expire" : `valid until ${format.day(card.expires)}`,
      );
    }
  }
  if (toppedUp !== null && Number(toppedUp.given.amount) > 0) {
    said.push(`${format.money(toppedUp.given)} of it topped up`);
  }
  if (toppedUp !== null && toppedUp.waiting > 0) said.push("a top-up is on its way to Saleor");
  if (toppedUp?.error) said.push(`a top-up failed: ${toppedUp.error}`);
  return said.length === 0 ? null : <Muted>{said.join(", ")}</Muted>;
}
