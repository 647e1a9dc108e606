// The shop's privacy settings, and the papers that are written from them.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components, operations } from "../../schema";

type Schemas = components["schemas"];
export type PrivacySettings = Schemas["PrivacySettings"];
export type AskedAgain = Schemas["AskedAgain"];
export type PrivacySettingsInput = Schemas["PrivacySettingsInput"];
export type NetworkChoice = Schemas["NetworkChoice"];
type PaperWanted = operations["read_privacy_paper"]["parameters"]["query"];
export type PaperKind = PaperWanted["kind"];
export type PaperLanguage = NonNullable<PaperWanted["language"]>;

export function usePrivacySettings() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["privacy-settings"],
    queryFn: () => dataOf(api.GET("/api/privacy-settings")),
  });
}

/** What the staff member sends is confirmed by them, now. */
export function useConfirmPrivacy() {
  const { api } = useShop();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PrivacySettingsInput) => dataOf(api.PUT("/api/privacy-settings", { body })),
    onSuccess: async (settings) => {
      queries.setQueryData(["privacy-settings"], settings);
      // Everything else may look different once this is on or off.
      await queries.invalidateQueries();
    },
  });
}

/** How many people have not agreed yet to what is confirmed now. */
export function useAskedAgain(confirmedAt: string | null) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["asked-again", confirmedAt],
    queryFn: () => dataOf(api.GET("/api/privacy-settings/asked-again")),
  });
}

/** How many people would be asked again, were these settings confirmed. */
export function useAskedAgainBy(body: PrivacySettingsInput) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["asked-again", body],
    queryFn: () => dataOf(api.POST("/api/privacy-settings/asked-again", { body })),
  });
}

/** `confirmedAt` is part of the question: other settings write other papers. */
export function usePaper(kind: PaperKind, language: PaperLanguage, confirmedAt: string | null) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["privacy-paper", kind, language, confirmedAt],
    queryFn: () =>
      dataOf(
        api.GET("/api/privacy-papers", {
          params: { query: { kind, language } },
          parseAs: "text",
        }),
      ),
  });
}

/** The public keys of receipts: the signer's, and the shop's own. */
export function useConsentKeys() {
  const { api, bridge } = useShop();
  const shop = bridge.getState().saleorApiUrl;
  return useQuery({
    queryKey: ["consent-keys", shop],
    queryFn: () => dataOf(api.GET("/api/consent-keys", { params: { query: { shop } } })),
  });
}
