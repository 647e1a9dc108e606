// How a product spread among customers.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "./schema";

export type Cascade = components["schemas"]["Cascade"];

export function useCascade(productId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["cascade", productId],
    queryFn: () =>
      dataOf(
        api.GET("/api/products/{product_id}/cascade", {
          params: { path: { product_id: productId } },
        }),
      ),
  });
}
