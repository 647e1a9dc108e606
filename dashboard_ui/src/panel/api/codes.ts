// Personal codes: whose a voucher code is. Saleor knows the codes, the app knows the owners.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { PageWanted } from "./questions";
import type { components } from "../../schema";

export type PersonalCode = components["schemas"]["PersonalCode"];

export function usePersonalCodes(page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["codes", page],
    queryFn: () => dataOf(api.GET("/api/personal-codes", { params: { query: page } })),
    placeholderData: keepPreviousData,
  });
}

/** Some of a voucher's codes, and those of them that are a customer's own. */
export function useOwnersOfVoucher(voucherId: string, after: string | null) {
  const { api, saleor } = useShop();
  return useQuery({
    queryKey: ["voucher", voucherId, after],
    queryFn: async () => {
      const looked = await saleor.codesOfVoucher(voucherId, after);
      if (looked.codes.length === 0) return { ...looked, owned: [] };
      const query = { code: looked.codes, limit: looked.codes.length };
      const { codes: owned } = await dataOf(api.GET("/api/personal-codes", { params: { query } }));
      return { ...looked, owned };
    },
    placeholderData: keepPreviousData,
  });
}

/** From now on the code is this customer's, whoever had it. */
export function useGiveCode() {
  const { api } = useShop();
  const forget = useForgetting("codes", "voucher");
  return useMutation({
    mutationFn: (body: { code: string; customer_id: string }) =>
      dataOf(api.POST("/api/personal-codes", { body })),
    onSuccess: forget,
  });
}

/** The code is nobody's: what it brought is no longer credited. */
export function useTakeCode() {
  const { api } = useShop();
  const forget = useForgetting("codes", "voucher");
  return useMutation({
    mutationFn: (code: string) =>
      done(api.DELETE("/api/personal-codes", { params: { query: { code } } })),
    onSuccess: forget,
  });
}

/** Staff looked: the code is all right, and is credited again. */
export function useClearCode() {
  const { api } = useShop();
  const forget = useForgetting("codes", "voucher");
  return useMutation({
    mutationFn: (code: string) => done(api.POST("/api/personal-codes/clear", { body: { code } })),
    onSuccess: forget,
  });
}
