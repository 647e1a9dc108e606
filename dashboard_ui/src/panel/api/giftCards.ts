// Whose a gift card is, and what is on it: asked of Saleor, and kept nowhere.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { useForgetting } from "./forgetting";
import type { TopUpWanted } from "./perks";

export function useGiftCardPeople(giftCardId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["gift-card", giftCardId],
    queryFn: () =>
      dataOf(
        api.GET("/api/gift-cards/{gift_card_id}/people", {
          params: { path: { gift_card_id: giftCardId } },
        }),
      ),
  });
}

/** What is on these cards now; asked anew when `change` does, since something was added to them. */
export function useGiftCards(ids: readonly string[], change: unknown) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["gift-cards", ids, change],
    queryFn: () => saleor.giftCards(ids),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** Adds an amount to one gift card, or without one to all of a programme; with the same key again nothing more. */
export function useTopUp() {
  const { api } = useShop();
  const forget = useForgetting("perks", "perk", "perk-grants", "perk-rewards");
  return useMutation({
    mutationFn: ({ id, ...body }: { id: number } & TopUpWanted) =>
      dataOf(
        api.POST("/api/perks/{programme_id}/top-ups", {
          params: { path: { programme_id: id } },
          body,
        }),
      ),
    onSuccess: forget,
  });
}
