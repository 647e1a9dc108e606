// How products spread among customers.

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "../../schema";

export type Cascade = components["schemas"]["Cascade"];
export type Follower = Cascade["people"][number];
export type Spread = components["schemas"]["Spread"];
export type Step = components["schemas"]["Step"];
export type Band = components["schemas"]["Band"];
export type Period = Spread["period"];

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

export function useSpread(productId: string, period: Period) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["spread", productId, period],
    queryFn: () =>
      dataOf(
        api.GET("/api/products/{product_id}/spread", {
          params: { path: { product_id: productId }, query: { period } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** The products that spread most, by the last run. */
export function useProductSpreads() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["product-spreads"],
    queryFn: () => dataOf(api.GET("/api/products")),
  });
}
