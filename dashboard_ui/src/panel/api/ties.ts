// Ties between customers, and who takes no part in the ledger.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { CursorWanted, PageWanted } from "./questions";
import type { components } from "../../schema";

export type Tie = components["schemas"]["Tie"];
export type TieImport = components["schemas"]["TieImport"];
export type Exclusion = components["schemas"]["ExclusionInput"]["reason"];

export function useTies(customerId: string | null, page: CursorWanted) {
  const { api } = useShop();
  const whose = customerId === null ? {} : { customer_id: customerId };
  return useQuery({
    queryKey: ["ties", customerId, page],
    queryFn: () => dataOf(api.GET("/api/ties", { params: { query: { ...whose, ...page } } })),
    placeholderData: keepPreviousData,
  });
}

export function useImportTies() {
  const { api } = useShop();
  const forget = useForgetting("ties", "influence", "runs", "overview");
  return useMutation({
    mutationFn: ({ csv, dryRun }: { csv: string; dryRun: boolean }) =>
      dataOf(
        api.POST("/api/ties/import", {
          params: { query: { dry_run: dryRun } },
          body: csv,
          bodySerializer: (text) => text,
          headers: { "content-type": "text/csv" },
        }),
      ),
    onSuccess: ({ dry_run: onlyAsked }) => (onlyAsked ? undefined : forget()),
  });
}

/** The ties that staff told, as CSV. */
export function useTiesAsCsv() {
  const { api } = useShop();
  return useMutation({
    mutationFn: () => dataOf(api.GET("/api/ties/export", { parseAs: "text" })),
  });
}

export function useDropTie() {
  const { api } = useShop();
  const forget = useForgetting("ties", "influence", "runs", "overview");
  return useMutation({
    mutationFn: ({ source_id, target_id, kind }: Tie) =>
      done(
        api.DELETE("/api/ties", {
          // Who told a tie themselves sees both its ends.
          params: { query: { source_id: source_id ?? "", target_id: target_id ?? "", kind } },
        }),
      ),
    onSuccess: forget,
  });
}

/** The customer takes no part in the ledger for this reason; null: they take part again. */
export function useExclude(customerId: string) {
  const { api } = useShop();
  const forget = useForgetting("customer", "runs", "overview");
  const params = { path: { customer_id: customerId } };
  return useMutation({
    mutationFn: (reason: Exclusion | null) =>
      reason === null
        ? done(api.DELETE("/api/customers/{customer_id}/exclusion", { params }))
        : done(api.PUT("/api/customers/{customer_id}/exclusion", { params, body: { reason } })),
    onSuccess: forget,
  });
}

/** Who is left out of the ledger, and why. */
export function useExclusions(page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["exclusions", page],
    queryFn: () => dataOf(api.GET("/api/exclusions", { params: { query: page } })),
    placeholderData: keepPreviousData,
  });
}
