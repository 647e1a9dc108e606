// How one product spread.

import { AppPage } from "../parts/AppPage";
import { DashboardLink } from "../parts/DashboardLink";
import { PlaceLink } from "../parts/PlaceLink";
import { PRODUCTS } from "./place";
import { ProductView, useProductName } from "./ProductView";

export function ProductPage({ productId }: { productId: string }) {
  const name = useProductName(productId);
  return (
    <AppPage
      title={`How ${name} spread`}
      subtitle={
        <div className="choices">
          <PlaceLink to={PRODUCTS}>All products</PlaceLink>
          <DashboardLink to={`/products/${encodeURIComponent(productId)}`}>
            In the Dashboard
          </DashboardLink>
        </div>
      }
    >
      <ProductView productId={productId} />
    </AppPage>
  );
}
