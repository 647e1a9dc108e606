// All that is known of how one product spread: purchases in time, and who may have led whom.

import { useGoodsNames } from "../api/goodsQuestions";
import { PathCard } from "./PathCard";
import { PurchasesCard } from "./PurchasesCard";
import { say } from "../words/say";

/** The product's name in Saleor, or what stands in its place while Saleor has not told it. */
export function useProductName(productId: string): string {
  return useGoodsNames("product", [productId]).data?.get(productId) ?? say("spread.this");
}

export function ProductView({ productId }: { productId: string }) {
  const name = useProductName(productId);
  return (
    <div className="cards">
      <PurchasesCard productId={productId} name={name} />
      <PathCard productId={productId} name={name} />
    </div>
  );
}
