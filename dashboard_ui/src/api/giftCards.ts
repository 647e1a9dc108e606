// Whose a gift card is: the app asks Saleor for it, and keeps nothing.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";

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
