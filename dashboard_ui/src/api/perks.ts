// Perk programmes: their plan, who was drawn, what came of them; what staff change is in `perkChanges`.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { BUSY_MS, CALM_MS, type PageWanted } from "./questions";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Programme = Schemas["Programme"];
export type ProgrammeCheck = Schemas["ProgrammeCheck"];
export type ProgrammeWanted = Schemas["ProgrammeWanted"];
export type PerkKind = Schemas["PerkKind"];
export type BetaAnswers = Schemas["BetaAnswers"];
export type Grant = Schemas["Grant"];
export type Reward = Schemas["Reward"];
export type PerkUse = Schemas["PerkUse"];

export function usePerkKinds() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-kinds"],
    queryFn: () => dataOf(api.GET("/api/perks/kinds")),
  });
}

export function usePerks(page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perks", page],
    queryFn: () => dataOf(api.GET("/api/perks", { params: { query: page } })),
    placeholderData: keepPreviousData,
  });
}

/** True while customers are drawn, or Saleor is told of them. */
export function isOnItsWay(programme: Programme | undefined): boolean {
  const { state, counts } = programme ?? {};
  return state === "running" && (counts?.members === 0 || (counts?.on_their_way ?? 0) > 0);
}

export function usePerk(id: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk", id],
    queryFn: () =>
      dataOf(api.GET("/api/perks/{programme_id}", { params: { path: { programme_id: id } } })),
    refetchInterval: (query) => (isOnItsWay(query.state.data) ? BUSY_MS : CALM_MS),
  });
}

/** What starting a draft would do now. */
export function usePerkCheck(id: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk", id, "check"],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/check", { params: { path: { programme_id: id } } }),
      ),
  });
}

export function usePerkGrants(id: number, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-grants", id, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/grants", {
          params: { path: { programme_id: id }, query: page },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

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

/** The programme that made a voucher; null for a voucher of somebody else's. */
export function usePerkOfVoucher(voucherId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perks", "voucher", voucherId],
    queryFn: async () => {
      const query = { voucher_id: voucherId, limit: 1 };
      const { programmes } = await dataOf(api.GET("/api/perks", { params: { query } }));
      return programmes[0] ?? null;
    },
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

/** The perks that a customer was drawn for. */
export function usePerksOf(customerId: string, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-grants", customerId, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/grants", { params: { query: { customer_id: customerId, ...page } } }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** The shop's channels, from Saleor with the staff member's own token. */
export function useChannels() {
  const { saleor } = useShop();
  return useQuery({ queryKey: ["channels"], queryFn: () => saleor.channels() });
}
