// Trials by lot: planned, begun and judged by a worker, and what came of them.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import { BUSY_MS, CALM_MS, type PageWanted } from "./questions";
import type { components } from "../../schema";

export type Trial = components["schemas"]["Trial"];
export type TrialWanted = components["schemas"]["TrialInput"];

const isWaiting = ({ state }: Trial) => state === "planning" || state === "starting";
const ONE = "/api/trials/{trial_id}";
const path = (id: number) => ({ params: { path: { trial_id: id } } });

export function useTrials(customerId: string | null, page: PageWanted) {
  const { api } = useShop();
  const whose = customerId === null ? {} : { customer_id: customerId };
  return useQuery({
    queryKey: ["trials", customerId, page],
    queryFn: () => dataOf(api.GET("/api/trials", { params: { query: { ...whose, ...page } } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.trials.some(isWaiting) ? BUSY_MS : CALM_MS),
  });
}

/** Has a worker find the contacts, and what they can show; nothing is drawn. */
export function usePlanTrial() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (wanted: TrialWanted) => dataOf(api.POST("/api/trials", { body: wanted })),
    onSuccess: useForgetting("trials"),
  });
}

export function useStartTrial() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (id: number) => dataOf(api.POST(`${ONE}/start`, path(id))),
    onSuccess: useForgetting("trials", "customer", "overview"),
  });
}

export function useStopTrial() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (id: number) => dataOf(api.POST(`${ONE}/stop`, path(id))),
    onSuccess: useForgetting("trials", "customer", "overview"),
  });
}

export function useDiscardTrial() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (id: number) => done(api.DELETE(ONE, path(id))),
    onSuccess: useForgetting("trials"),
  });
}

export function useLettersAsCsv() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (id: number) => dataOf(api.GET(`${ONE}/letters`, { ...path(id), parseAs: "text" })),
  });
}
