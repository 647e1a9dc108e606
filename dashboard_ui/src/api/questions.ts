// One hook per question a screen asks.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type CustomerValue = Schemas["CustomerValue"];
export type CustomerRow = Schemas["CustomerRow"];
export type Money = Schemas["Money"];
export type Overview = Schemas["Overview"];
export type Run = Schemas["Run"];
export type Evidence = CustomerValue["evidence"];

const BUSY_MS = 2_000;
const CALM_MS = 30_000;

export function useCustomer(customerId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["customer", customerId],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}", { params: { path: { customer_id: customerId } } }),
      ),
  });
}

/** True while something on the app page moves by itself. */
export function isBusy(overview: Overview | undefined): boolean {
  const run = overview?.last_run?.state;
  return overview?.history.state === "running" || run === "queued" || run === "running";
}

export function useOverview() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["overview"],
    queryFn: () => dataOf(api.GET("/api/overview")),
    refetchInterval: (query) => (isBusy(query.state.data) ? BUSY_MS : CALM_MS),
  });
}

export function useTopCustomers(limit: number, runId: number | undefined) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["customers", { limit, runId }],
    queryFn: () =>
      dataOf(api.GET("/api/customers", { params: { query: { sort: "value", limit } } })),
    placeholderData: (previous) => previous,
  });
}

export function useStartRun() {
  const { api } = useShop();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.POST("/api/runs")),
    onSuccess: (run) => {
      queries.setQueryData<Overview>(["overview"], (seen) => seen && { ...seen, last_run: run });
      return queries.invalidateQueries({ queryKey: ["overview"] });
    },
  });
}

/** Names by customer id; a refusal by Saleor is an error of this question only. */
export function usePeople(ids: readonly string[]) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["people", ids],
    queryFn: () => saleor.people(ids),
    enabled: ids.length > 0,
    staleTime: Infinity,
  });
}

export function useCustomerOfOrder(orderId: string) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["order", orderId],
    queryFn: () => saleor.customerOfOrder(orderId),
  });
}
