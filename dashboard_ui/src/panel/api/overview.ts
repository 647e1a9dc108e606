// What the overview asks once a run: the week beside the week before, and who moved most.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type Week = Schemas["Week"];
export type WeekFigure = Schemas["WeekFigure"];
export type Difference = Schemas["Difference"];
export type Move = Schemas["Move"];

/** `runId` is part of the question, since each run gives new answers. */
export function useWeek(runId: number | undefined) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["week", runId],
    queryFn: () => dataOf(api.GET("/api/overview/week")),
  });
}

/** Null before there are two runs to compare. */
export function useMovers(runId: number | undefined) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["movers", runId],
    queryFn: async () => (await dataOf(api.GET("/api/overview/movers"))).difference,
  });
}
