// Runs: how they went, the wish for another, the way back to an earlier one.

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { useForgetting } from "./forgetting";
import { BUSY_MS, CALM_MS, type Overview, type PageWanted, type Run } from "./questions";
import type { components } from "../../schema";

export type Difference = components["schemas"]["Difference"];
export type Move = components["schemas"]["Move"];

const LISTED = 50;

export function isUnderWay(run: Run | null): boolean {
  return run?.state === "queued" || run?.state === "running";
}

export function useRuns() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["runs"],
    queryFn: () => dataOf(api.GET("/api/runs", { params: { query: { limit: LISTED } } })),
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? BUSY_MS : CALM_MS),
  });
}

export function useDifference(later: number, earlier: number, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["difference", later, earlier, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/runs/{run_id}/difference", {
          params: { path: { run_id: later }, query: { against: earlier, ...page } },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** What a change to runs leaves to be asked again: the shop's state, and all that a run computes. */
function useChange<T>(change: (given: T) => Promise<Run>) {
  const queries = useQueryClient();
  const forget = useForgetting("overview", "runs");
  return useMutation({
    mutationFn: change,
    onSuccess: (run) => {
      queries.setQueryData<Overview>(["overview"], (seen) => seen && { ...seen, last_run: run });
      return forget();
    },
  });
}

export function useStartRun() {
  const { api } = useShop();
  return useChange<undefined>(() => dataOf(api.POST("/api/runs")));
}

export function useCancelRun() {
  const { api } = useShop();
  return useChange<number>((id) =>
    dataOf(api.POST("/api/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
  );
}

export function useGoBack() {
  const { api } = useShop();
  return useChange<number>((id) =>
    dataOf(api.POST("/api/runs/{run_id}/rollback", { params: { path: { run_id: id } } })),
  );
}
