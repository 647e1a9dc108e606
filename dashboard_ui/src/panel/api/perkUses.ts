// What came of perks: uses, rewards and answers, and why somebody cannot use one.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { CALM_MS, type PageWanted } from "./questions";

/** What senders of links got for friends' orders. */
export function usePerkRewards(id: number, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-rewards", id, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/rewards", {
          params: { path: { programme_id: id }, query: page },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });
}

/** Where a beta's invitations stand, and what was answered. */
export function useBetaAnswers(id: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk", id, "answers"],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/answers", { params: { path: { programme_id: id } } }),
      ),
    refetchInterval: CALM_MS,
  });
}

/** The answers of a beta, as CSV. */
export function useBetaAnswersAsCsv(id: number) {
  const { api } = useShop();
  return useMutation({
    mutationFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/answers/export", {
          params: { path: { programme_id: id } },
          parseAs: "text",
        }),
      ),
  });
}

/** Orders in which a perk was used. */
export function usePerkUses(page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-uses", page],
    queryFn: () => dataOf(api.GET("/api/perks/uses", { params: { query: page } })),
    placeholderData: keepPreviousData,
  });
}

/** Whether a customer can use a programme's perk, or a code of it, and if not, why. */
export function usePerkUse(id: number, customerId: string | null, code: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk", id, "use", customerId, code],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/use", {
          params: {
            path: { programme_id: id },
            query: { customer_id: customerId ?? "", ...(code === "" ? {} : { code }) },
          },
        }),
      ),
    enabled: customerId !== null,
  });
}

/** Who was given a programme's perk, as CSV; who was held out is not in it. */
export function usePerkAsCsv(id: number) {
  const { api } = useShop();
  const params = { path: { programme_id: id } };
  return useMutation({
    mutationFn: () =>
      dataOf(api.GET("/api/perks/{programme_id}/grants/export", { params, parseAs: "text" })),
  });
}
