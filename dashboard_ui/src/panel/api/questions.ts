// One hook per question about customers, orders and the shop; runs, ties and codes have files of their own.

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { NOBODY_YET } from "./saleorAnswers";
import type { components, operations } from "../../schema";

type Schemas = components["schemas"];
export type CustomerValue = Schemas["CustomerValue"];
export type CustomerRow = Schemas["CustomerRow"];
export type Money = Schemas["Money"];
export type Overview = Schemas["Overview"];
export type Run = Schemas["Run"];
export type Influence = Schemas["Influence"];
export type OrderInfluence = Schemas["OrderInfluence"];
export type CreditRow = Schemas["CreditRow"];
export type CreditPart = Schemas["CreditPage"]["part"];
export type Verdict = CustomerValue["verdict"];
export type CustomersWanted = NonNullable<operations["list_customers"]["parameters"]["query"]>;
export type Evidence = CustomerValue["evidence"];

/** Which rows of a long list. */
export interface PageWanted {
  limit: number;
  offset: number;
}

/** The same of a list whose pages begin behind a cursor. */
export interface CursorWanted {
  limit: number;
  after?: string;
}

export const BUSY_MS = 2_000;
export const CALM_MS = 30_000;

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

/** Customers in order; `runId` is part of the question, since each run gives new answers. */
export function useCustomers(wanted: CustomersWanted, runId?: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["customers", wanted, runId],
    queryFn: () => dataOf(api.GET("/api/customers", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
  });
}

export function useCustomerEach(ids: readonly string[]) {
  const { api } = useShop();
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ["customer", id],
      queryFn: () =>
        dataOf(api.GET("/api/customers/{customer_id}", { params: { path: { customer_id: id } } })),
    })),
  });
}

export function useCredits(customerId: string, part: CreditPart, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["credits", customerId, part, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/credits", {
          params: { path: { customer_id: customerId }, query: { part, ...page } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useCreditsOfOrder(orderId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["order-credits", orderId],
    queryFn: () =>
      dataOf(
        api.GET("/api/orders/{order_id}/credits", { params: { path: { order_id: orderId } } }),
      ),
  });
}

/** The code that an order was placed with, and whom its customer led since. */
export function useOrderInfluence(orderId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["order-influence", orderId],
    queryFn: () =>
      dataOf(
        api.GET("/api/orders/{order_id}/influence", { params: { path: { order_id: orderId } } }),
      ),
  });
}

/** `runId` is part of the question, since each run gives new answers. */
export function useInfluence(runId?: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["influence", runId],
    queryFn: () => dataOf(api.GET("/api/influence")),
    placeholderData: keepPreviousData,
  });
}

/** Names by customer id, `ON_ITS_WAY` at first; a refusal by Saleor is an error of this question only. */
export function usePeople(ids: readonly string[]) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["people", ids],
    queryFn: () => saleor.people(ids),
    enabled: ids.length > 0,
    staleTime: Infinity,
    placeholderData: NOBODY_YET,
  });
}
