// What the customer's page asks for beside the value: what happened, value over time, neighbourhood, record in Saleor.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components, operations } from "../../schema";

type Schemas = components["schemas"];
export type Timeline = Schemas["Timeline"];
export type TimelineEntry = Timeline["entries"][number];
export type TimelineKind = NonNullable<
  NonNullable<operations["read_timeline"]["parameters"]["query"]>["kind"]
>;
export type ValueHistory = Schemas["ValueHistory"];
export type Neighbourhood = Schemas["Neighbourhood"];
export type Written = Schemas["Written"];

const ENTRIES = 20;
/** So many people a step are drawn; the answer says how many are left out. */
const PEOPLE = 60;

export function useTimeline(customerId: string, kind: TimelineKind | null) {
  const { api } = useShop();
  return useInfiniteQuery({
    queryKey: ["timeline", customerId, kind],
    queryFn: ({ pageParam: after }) =>
      dataOf(
        api.GET("/api/customers/{customer_id}/timeline", {
          params: {
            path: { customer_id: customerId },
            query: { limit: ENTRIES, ...(kind && { kind }), ...(after && { after }) },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useValueHistory(customerId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["value-history", customerId],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/value-history", {
          params: { path: { customer_id: customerId } },
        }),
      ),
  });
}

export function useNeighbourhood(customerId: string, depth: 1 | 2) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["neighbourhood", customerId, depth],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/neighbourhood", {
          params: { path: { customer_id: customerId }, query: { depth, limit: PEOPLE } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useWritten(customerId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["written", customerId],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/written", {
          params: { path: { customer_id: customerId } },
        }),
      ),
  });
}
