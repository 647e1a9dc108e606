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

/** Pages of codes that are looked at: 500 codes. */
const MOST_PAGES = 10;

/** A voucher's first codes, and those of them that are a customer's own. */
export function useOwnersOfVoucher(voucherId: string) {
  const { api, saleor } = useShop();
  return useQuery({
    queryKey: ["voucher", voucherId],
    queryFn: async () => {
      const owned: PersonalCode[] = [];
      let [looked, total, after]: [number, number, string | null] = [0, 0, null];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const found = await saleor.codesOfVoucher(voucherId, after);
        looked += found.codes.length;
        total = found.total;
        if (found.codes.length > 0) {
          const query = { code: found.codes, limit: found.codes.length };
          const answer = await dataOf(api.GET("/api/personal-codes", { params: { query } }));
          owned.push(...answer.codes);
        }
        after = found.next;
        if (after === null) break;
      }
      return { looked, total, owned };
    },
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
