// Perk programmes: their plan, who was drawn, what came of them; what staff change is in `perkChanges`.

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import { BUSY_MS, CALM_MS, type PageWanted } from "./questions";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type Programme = Schemas["Programme"];
export type ProgrammeCheck = Schemas["ProgrammeCheck"];
export type ProgrammeWanted = Schemas["ProgrammeWanted"];
export type PerkKind = Schemas["PerkKind"];
export type BetaAnswers = Schemas["BetaAnswers"];
export type Holder = Schemas["Holder"];
export type Grant = Schemas["Grant"];
export type Reward = Schemas["Reward"];
export type ToppedUp = Schemas["ToppedUp"];
export type TopUpWanted = Schemas["TopUpInput"];
export type PerkUse = Schemas["PerkUse"];

export function usePerkKinds() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-kinds"],
    queryFn: () => dataOf(api.GET("/api/perks/kinds")),
  });
}

export function usePerks(page: PageWanted, enabled = true) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perks", page],
    queryFn: () => dataOf(api.GET("/api/perks", { params: { query: page } })),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** True while customers are drawn, or Saleor is told of them. */
export function isOnItsWay(programme: Programme | undefined): boolean {
  const { state, counts, top_ups_waiting: topUps = 0 } = programme ?? {};
  if (topUps > 0) return true;
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

/** Who was drawn; asked anew when the programme has counted others. */
export function usePerkGrants({ id, counts, top_ups_waiting }: Programme, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk-grants", id, page, counts, top_ups_waiting],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/grants", {
          params: { path: { programme_id: id }, query: page },
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.grants.some(({ topped_up: added }) => (added?.waiting ?? 0) > 0)
        ? BUSY_MS
        : false,
    placeholderData: keepPreviousData,
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

/** The customers whose perk of a programme was used most. */
export function useHolders(programmeId: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["perk", programmeId, "holders"],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/holders", {
          params: { path: { programme_id: programmeId } },
        }),
      ),
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
