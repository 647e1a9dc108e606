// Lists of customers: saved views, files that a worker writes, and what is done for many at once.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import { BUSY_MS, CALM_MS, type CustomersWanted } from "./questions";
import type { Exclusion } from "./ties";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type Asked = Schemas["CustomerFilter"];
export type View = Schemas["SavedView"];
export type Column = View["columns"][number];
export type Sort = View["sort"];
export type Export = Schemas["CustomerExportAnswer"];

const VIEWS = ["customer-views"];
const PAGE = 100;
/** As many as are picked at once; for more there are segments. */
export const MOST_PICKED = 1000;

export function useViews() {
  const { api } = useShop();
  return useQuery({ queryKey: VIEWS, queryFn: () => dataOf(api.GET("/api/customer-views")) });
}

export function useSaveView() {
  const { api } = useShop();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: View) => dataOf(api.POST("/api/customer-views", { body })),
    onSuccess: (views) => {
      queries.setQueryData(VIEWS, views);
    },
  });
}

export function useDropView() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (name: string) =>
      done(api.DELETE("/api/customer-views", { params: { query: { name } } })),
    onSuccess: useForgetting(...VIEWS),
  });
}

export const isBeingWritten = ({ state }: Export) => state === "queued" || state === "running";

export function useExports() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["customer-exports"],
    queryFn: () => dataOf(api.GET("/api/customer-exports")),
    refetchInterval: ({ state }) => (state.data?.some(isBeingWritten) ? BUSY_MS : CALM_MS),
  });
}

export function useStartExport() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (body: Schemas["ExportInput"]) =>
      dataOf(api.POST("/api/customer-exports", { body })),
    onSuccess: useForgetting("customer-exports"),
  });
}

export function useLoadExport() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (id: number) =>
      dataOf(
        api.GET("/api/customer-exports/{export_id}/file", {
          params: { path: { export_id: id } },
          parseAs: "text",
        }),
      ),
  });
}

/** The ids of a list, page after page; of a longer one the first thousand. */
export function useIdsOf() {
  const { api } = useShop();
  return useMutation({
    mutationFn: async (wanted: CustomersWanted) => {
      const ids: string[] = [];
      let after: string | null | undefined;
      while (after !== null && ids.length < MOST_PICKED) {
        const query = { ...wanted, limit: PAGE, ...(after ? { after } : {}) };
        const page = await dataOf(api.GET("/api/customers", { params: { query } }));
        ids.push(...page.customers.map((row) => row.customer_id));
        after = page.next;
      }
      return ids;
    },
  });
}

/** Leaves each out of the ledger; one that fails ends it, and those before stay left out. */
export function useExcludeEach() {
  const { api } = useShop();
  return useMutation({
    mutationFn: async ({ ids, reason }: { ids: readonly string[]; reason: Exclusion }) => {
      for (const id of ids) {
        const params = { path: { customer_id: id } };
        await done(api.PUT("/api/customers/{customer_id}/exclusion", { params, body: { reason } }));
      }
      return ids.length;
    },
    onSettled: useForgetting("exclusions", "customer", "overview", "runs"),
  });
}

/** As many as the server takes at once. */
const AT_ONCE = 100;

/** Gives it to each who can have it, unless only looked; the answer says for each why not. */
export function useGivePerkToEach() {
  const { api } = useShop();
  const forget = useForgetting("perks", "perk", "perk-grants");
  return useMutation({
    mutationFn: async ({ id, ids, onlyLook }: { id: number; ids: string[]; onlyLook: boolean }) => {
      const params = { path: { programme_id: id } };
      const answers = [];
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const body = { customer_ids: ids.slice(at, at + AT_ONCE), only_look: onlyLook };
        const part = api.POST("/api/perks/{programme_id}/grants/each", { params, body });
        answers.push(...(await dataOf(part)));
      }
      return answers;
    },
    onSettled: forget,
  });
}
