// What the shop knows without ties, and the steps by which it learns who brings whom.

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type Insights = Schemas["Insights"];
export type Learning = Schemas["Learning"];
export type NextStep = Schemas["NextStep"];
export type FirstStep = Schemas["FirstStep"];
export type RegularCustomers = Schemas["RegularCustomers"];
export type ProductPair = Schemas["ProductPair"];

/** `runId` is part of the question, since each run gives new answers. */
export function useInsights(runId: number | undefined) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["insights", runId],
    queryFn: () => dataOf(api.GET("/api/insights")),
    placeholderData: keepPreviousData,
  });
}
