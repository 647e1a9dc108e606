// On what a programme bears: what a code takes something off, what is tried, what is sent.

import { useProductsOf } from "../api/goodsQuestions";
import { MOST_GOODS } from "../api/goods";
import { GoodsField } from "../parts/GoodsField";
import { GoodsSearch } from "../parts/GoodsSearch";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { hasDiscount } from "./fields";
import type { StepProps } from "./Steps";

function OfDiscount({ draft, onChange }: StepProps) {
  const { categories, collections, discounted } = draft;
  const isOfAll = categories.length + collections.length + discounted.length === 0;
  return (
    <fieldset className="group">
      <legend>On what</legend>
      <p className="muted">
        {isOfAll ? "On everything. Choose something to narrow it." : "Only on what is chosen here."}
      </p>
      <GoodsField
        kind="category"
        label="Categories"
        value={categories}
        onChange={(ids) => {
          onChange({ categories: ids });
        }}
      />
      <GoodsField
        kind="collection"
        label="Collections"
        value={collections}
        onChange={(ids) => {
          onChange({ collections: ids });
        }}
      />
      <GoodsField
        kind="product"
        label="Products"
        value={discounted}
        onChange={(ids) => {
          onChange({ discounted: ids });
        }}
      />
    </fieldset>
  );
}

function OfBeta({ draft, lacks, onChange }: StepProps) {
  const listing = useProductsOf();
  const { products } = draft;
  const add = (ids: readonly string[]) => {
    onChange({ products: [...new Set([...products, ...ids])] });
  };
  const { data } = listing;
  return (
    <fieldset className="group">
      <legend>What they try</legend>
      <GoodsField
        kind="product"
        label="Products"
        note="Each needs a price in the channel, and is in no list yet."
        value={products}
        error={lacks.get("products")}
        onChange={(ids) => {
          onChange({ products: ids });
        }}
      />
      <GoodsSearch
        kind="collection"
        label="Add the products of a collection"
        note="Those that are in it now. The collection itself stays as it is: with it unpublished nobody sees it, and published everybody does."
        chosen={[]}
        onChoose={({ id }) => {
          listing.mutate(id, {
            onSuccess: (found) => {
              add(found.products.map((one) => one.id));
            },
          });
        }}
      />
      {listing.isError && <TroubleNotice trouble={listing.error} />}
      {data?.total === 0 && (
        <Notice tone="warning" title="The collection is empty">
          There are no products in it.
        </Notice>
      )}
      {data !== undefined && data.total > MOST_GOODS && (
        <Notice tone="warning" title="Not all of the collection">
          {`It has ${data.total} products, and a programme takes ${MOST_GOODS}: the first are here.`}
        </Notice>
      )}
    </fieldset>
  );
}

export function GoodsFields(props: StepProps) {
  const { draft, lacks, onChange } = props;
  if (hasDiscount(draft.kind)) {
    return draft.discount === "free_shipping" ? null : <OfDiscount {...props} />;
  }
  if (draft.kind === "beta_invite") return <OfBeta {...props} />;
  if (draft.kind !== "outreach" || draft.task !== "product") return null;
  return (
    <GoodsField
      kind="variant"
      label="Variant that is sent"
      most={1}
      value={draft.variant ? [draft.variant] : []}
      error={lacks.get("variant")}
      onChange={([variant = ""]) => {
        onChange({ variant });
      }}
    />
  );
}
