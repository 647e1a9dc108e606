// What the shop's staff choose about values and about what is written into Saleor.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "../../schema";

export type Preferences = components["schemas"]["Preferences"];

export function useSettings() {
  const { api } = useShop();
  return useQuery({ queryKey: ["settings"], queryFn: () => dataOf(api.GET("/api/settings")) });
}

/** Sends all settings: what is left out would be as in a new shop. */
export function useChangeSettings() {
  const { api } = useShop();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Preferences) => dataOf(api.PUT("/api/settings", { body })),
    onSuccess: (settings) => {
      queries.setQueryData(["settings"], settings);
    },
  });
}
