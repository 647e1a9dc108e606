// What staff do with perk programmes.

import { useMutation } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { ProgrammeWanted } from "./perks";

const CHANGED = ["perks", "perk", "perk-grants"];

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

/** Another code in place of the one that was given then. */
export function useReplaceCode() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED, "codes", "voucher");
  return useMutation({
    mutationFn: ({ grantId, givenAt }: { grantId: number; givenAt: string }) =>
      done(
        api.POST("/api/perks/grants/{grant_id}/replace-code", {
          params: { path: { grant_id: grantId } },
          body: { given_at: givenAt },
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
