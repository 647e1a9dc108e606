// What people asked about their data: the register with its clock, and what staff do for a customer or guest.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { PageWanted } from "./questions";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type RightsRequest = Schemas["RightsRequestRow"];
export type RequestInput = Schemas["RequestInput"];
export type RequestKind = RightsRequest["kind"];
export type CustomerRights = Schemas["CustomerRights"];
export type Correction = Schemas["CorrectionForStaff"];

export function useRightsRequests(isOpen: boolean, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["rights-requests", isOpen, page],
    queryFn: () =>
      dataOf(api.GET("/api/rights-requests", { params: { query: { open: isOpen, ...page } } })),
    placeholderData: keepPreviousData,
  });
}

export function useCustomerRights(customerId: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["customer-rights", customerId],
    queryFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/rights", {
          params: { path: { customer_id: customerId } },
        }),
      ),
  });
}

/** Forgets what a right that was served has changed. */
function useServed() {
  return useForgetting("rights-requests", "customer-rights", "customer", "profiles", "overview");
}

export function useNoteRequest(onNoted: () => void) {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: (body: RequestInput) => dataOf(api.POST("/api/rights-requests", { body })),
    onSuccess: async () => {
      await forget();
      onNoted();
    },
  });
}

export function useFinishRequest(id: number) {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: (note: string) =>
      done(
        api.POST("/api/rights-requests/{request_id}/done", {
          params: { path: { request_id: id } },
          body: { note },
        }),
      ),
    onSuccess: forget,
  });
}

export function useObject(customerId: string) {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: () =>
      done(
        api.POST("/api/customers/{customer_id}/objection", {
          params: { path: { customer_id: customerId } },
          body: { reason: "" },
        }),
      ),
    onSuccess: forget,
  });
}

export function useErase(customerId: string) {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: () =>
      done(
        api.POST("/api/customers/{customer_id}/erasure", {
          params: { path: { customer_id: customerId } },
        }),
      ),
    onSuccess: forget,
  });
}

export function useExport(customerId: string, onRead: (held: unknown) => void) {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: () =>
      dataOf(
        api.GET("/api/customers/{customer_id}/export", {
          params: { path: { customer_id: customerId } },
        }),
      ),
    onSuccess: async (held) => {
      onRead(held);
      await forget();
    },
  });
}

export function useWithdrawCorrection() {
  const { api } = useShop();
  const forget = useServed();
  return useMutation({
    mutationFn: (id: number) =>
      done(
        api.DELETE("/api/corrections/{correction_id}", { params: { path: { correction_id: id } } }),
      ),
    onSuccess: forget,
  });
}
