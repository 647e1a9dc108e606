// Questions about what the shop sells.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import type { GoodsKind } from "./goods";

export function useGoodsFound(kind: GoodsKind, words: string) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["goods-found", kind, words],
    queryFn: () => saleor.findGoods(kind, words),
    enabled: words !== "",
    placeholderData: keepPreviousData,
  });
}

export function useGoodsNames(kind: GoodsKind, ids: readonly string[]) {
  const { saleor } = useShop();
  return useQuery({
    queryKey: ["goods-names", kind, ids],
    queryFn: () => saleor.goodsNames(kind, ids),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** The products that are in a collection at this moment. */
export function useProductsOf() {
  const { saleor } = useShop();
  return useMutation({ mutationFn: (collectionId: string) => saleor.productsOf(collectionId) });
}
