// Customers whom Saleor finds: by words, or as the buyer of an order.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";

export function usePeopleFound(words: string) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["people-found", words],
    queryFn: () => saleor.search(words),
  });
}

export function useCustomerOfOrder(orderId: string) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["order", orderId],
    queryFn: () => saleor.customerOfOrder(orderId),
  });
}
