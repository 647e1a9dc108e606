// Invitation trials: who was invited at random, who was held out, and what came of it.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { useForgetting } from "./forgetting";
import type { PageWanted } from "./questions";
import type { components } from "./schema";

export type Trial = components["schemas"]["Trial"];
export type TrialPlan = components["schemas"]["TrialPlan"];
export type TrialWanted = components["schemas"]["TrialInput"];

export function useTrials(customerId: string | null, page: PageWanted) {
  const { api } = useShop();
  const whose = customerId === null ? {} : { customer_id: customerId };
  return useQuery({
    queryKey: ["trials", customerId, page],
    queryFn: () => dataOf(api.GET("/api/trials", { params: { query: { ...whose, ...page } } })),
    placeholderData: keepPreviousData,
  });
}

/** What a trial would be like; nothing is drawn. */
export function usePlanTrial() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (wanted: TrialWanted) => dataOf(api.POST("/api/trials/plan", { body: wanted })),
  });
}

export function useStartTrial() {
  const { api } = useShop();
  const forget = useForgetting("trials", "customer", "overview");
  return useMutation({
    mutationFn: (wanted: TrialWanted) => dataOf(api.POST("/api/trials", { body: wanted })),
    onSuccess: forget,
  });
}

export function useStopTrial() {
  const { api } = useShop();
  const forget = useForgetting("trials", "customer", "overview");
  return useMutation({
    mutationFn: (id: number) =>
      dataOf(api.POST("/api/trials/{trial_id}/stop", { params: { path: { trial_id: id } } })),
    onSuccess: forget,
  });
}
