// A link for the guest of an order, to be handed over.

import { useMutation } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";

export function useGuestLink(orderId: string) {
  const { api } = useShop();
  return useMutation({
    mutationFn: () =>
      dataOf(
        api.POST("/api/orders/{order_id}/guest-link", { params: { path: { order_id: orderId } } }),
      ),
  });
}
