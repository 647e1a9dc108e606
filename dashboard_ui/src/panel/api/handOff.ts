// Where perks are handed off to: the shop's webhook and its mail server.

import { useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import { CALM_MS } from "./questions";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type HandOff = Schemas["HandOff"];
export type ShopWebhook = Schemas["ShopWebhook"];
export type ShopMailServer = Schemas["ShopMailServer"];
export type HandOffCounts = Schemas["HandOffCounts"];
export type HandOffEvent = Schemas["HandOffEvent"];
export type WebhookWanted = Schemas["WebhookWanted"];
export type MailWanted = Schemas["MailWanted"];

export function useHandOff() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["hand-off"],
    queryFn: () => dataOf(api.GET("/api/hand-off")),
    refetchInterval: CALM_MS,
  });
}

export function useSetWebhook() {
  const { api } = useShop();
  const forget = useForgetting("hand-off");
  return useMutation({
    mutationFn: (body: WebhookWanted) => dataOf(api.PUT("/api/hand-off/webhook", { body })),
    onSuccess: forget,
  });
}

export function useRenewSecret() {
  const { api } = useShop();
  return useMutation({ mutationFn: () => dataOf(api.POST("/api/hand-off/webhook/secret")) });
}

export function useTryWebhook() {
  const { api } = useShop();
  return useMutation({ mutationFn: () => dataOf(api.POST("/api/hand-off/webhook/test")) });
}

export function useDropWebhook() {
  const { api } = useShop();
  const forget = useForgetting("hand-off");
  return useMutation({
    mutationFn: () => done(api.DELETE("/api/hand-off/webhook")),
    onSuccess: forget,
  });
}

export function useSetMail() {
  const { api } = useShop();
  const forget = useForgetting("hand-off");
  return useMutation({
    mutationFn: (body: MailWanted) => dataOf(api.PUT("/api/hand-off/mail", { body })),
    onSuccess: forget,
  });
}

export function useTryMail() {
  const { api } = useShop();
  return useMutation({
    mutationFn: (to: string) => dataOf(api.POST("/api/hand-off/mail/test", { body: { to } })),
  });
}

export function useDropMail() {
  const { api } = useShop();
  const forget = useForgetting("hand-off");
  return useMutation({
    mutationFn: () => done(api.DELETE("/api/hand-off/mail")),
    onSuccess: forget,
  });
}
