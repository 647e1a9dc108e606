// Perk programmes: their plan, who was drawn, what came of them.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import { BUSY_MS, CALM_MS, type PageWanted } from "./questions";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Programme = Schemas["Programme"];
export type ProgrammeCheck = Schemas["ProgrammeCheck"];
export type ProgrammeWanted = Schemas["ProgrammeWanted"];
export type PerkKind = Schemas["PerkKind"];
export type Grant = Schemas["Grant"];

const CHANGED = ["perks", "perk", "perk-grants"];

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

/** Keeps a draft: a new one, or the one of this id. */
export function useKeepPerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: ({ id, body }: { id: number | null; body: ProgrammeWanted }) =>
      id === null
        ? dataOf(api.POST("/api/perks", { body }))
        : dataOf(
            api.PUT("/api/perks/{programme_id}", { params: { path: { programme_id: id } }, body }),
          ),
    onSuccess: forget,
  });
}

export type Step = "start" | "pause" | "end" | "duplicate";

export function useStepPerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: ({ id, step }: { id: number; step: Step }) => {
      const params = { path: { programme_id: id } };
      switch (step) {
        case "start":
          return dataOf(api.POST("/api/perks/{programme_id}/start", { params }));
        case "pause":
          return dataOf(api.POST("/api/perks/{programme_id}/pause", { params }));
        case "end":
          return dataOf(api.POST("/api/perks/{programme_id}/end", { params }));
        case "duplicate":
          return dataOf(api.POST("/api/perks/{programme_id}/duplicate", { params }));
      }
    },
    onSuccess: forget,
  });
}

export function useExtendPerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: ({ id, endsAt }: { id: number; endsAt: string }) =>
      dataOf(
        api.POST("/api/perks/{programme_id}/extend", {
          params: { path: { programme_id: id } },
          body: { ends_at: endsAt },
        }),
      ),
    onSuccess: forget,
  });
}

export function useDropPerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: (id: number) =>
      done(api.DELETE("/api/perks/{programme_id}", { params: { path: { programme_id: id } } })),
    onSuccess: forget,
  });
}

export function useGivePerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: ({ id, customerId }: { id: number; customerId: string }) =>
      done(
        api.POST("/api/perks/{programme_id}/grants", {
          params: { path: { programme_id: id } },
          body: { customer_id: customerId },
        }),
      ),
    onSuccess: forget,
  });
}

export function useTakeBackPerk() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: (grantId: number) =>
      done(
        api.POST("/api/perks/grants/{grant_id}/take-back", {
          params: { path: { grant_id: grantId } },
        }),
      ),
    onSuccess: forget,
  });
}

/** The shop's channels, from Saleor with the staff member's own token. */
export function useChannels() {
  const { saleor } = useShop();
  return useQuery({ queryKey: ["channels"], queryFn: () => saleor.channels() });
}
