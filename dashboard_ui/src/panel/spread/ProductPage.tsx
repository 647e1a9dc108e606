// How one product spread.

import { AppPage } from "../parts/AppPage";
import { DashboardLink } from "../parts/DashboardLink";
import { PlaceLink } from "../parts/PlaceLink";
import { PRODUCTS } from "./place";
import { ProductView, useProductName } from "./ProductView";
import { say } from "../words/say";

export function ProductPage({ productId }: { productId: string }) {
  const name = useProductName(productId);
  return (
    <AppPage
      title={say("products.one", { name })}
      subtitle={
        <div className="choices">
          <PlaceLink to={PRODUCTS}>{say("products.all")}</PlaceLink>
          <DashboardLink to={`/products/${encodeURIComponent(productId)}`}>
            {say("products.dashboard")}
          </DashboardLink>
        </div>
      }
    >
      <ProductView productId={productId} />
    </AppPage>
  );
}
