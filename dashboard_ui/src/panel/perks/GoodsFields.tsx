// On what a programme bears: what a code takes something off, what is tried, what is sent.

import { useProductsOf } from "../api/goodsQuestions";
import { MOST_GOODS } from "../api/goods";
import { GoodsField } from "../parts/GoodsField";
import { GoodsSearch } from "../parts/GoodsSearch";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { hasDiscount } from "./fields";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

function OfDiscount({ draft, onChange }: StepProps) {
  const { categories, collections, discounted } = draft;
  const isOfAll = categories.length + collections.length + discounted.length === 0;
  return (
    <fieldset className="group">
      <legend>{say("plan.goods")}</legend>
      <p className="muted">{say(isOfAll ? "plan.goods.all" : "plan.goods.some")}</p>
      <GoodsField
        kind="category"
        label={say("plan.categories")}
        value={categories}
        onChange={(ids) => {
          onChange({ categories: ids });
        }}
      />
      <GoodsField
        kind="collection"
        label={say("plan.collections")}
        value={collections}
        onChange={(ids) => {
          onChange({ collections: ids });
        }}
      />
      <GoodsField
        kind="product"
        label={say("plan.products")}
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
      <legend>{say("plan.beta")}</legend>
      <GoodsField
        kind="product"
        label={say("plan.products")}
        note={say("plan.beta.products.note")}
        value={products}
        error={lacks.get("products")}
        onChange={(ids) => {
          onChange({ products: ids });
        }}
      />
      <GoodsSearch
        kind="collection"
        label={say("plan.beta.collection")}
        note={say("plan.beta.collection.note")}
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
        <Notice tone="warning" title={say("plan.beta.empty")}>
          {say("plan.beta.empty.what")}
        </Notice>
      )}
      {data !== undefined && data.total > MOST_GOODS && (
        <Notice tone="warning" title={say("plan.beta.many")}>
          {say("plan.beta.many.what", { total: data.total, most: MOST_GOODS })}
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
      label={say("plan.variant")}
      most={1}
      value={draft.variant ? [draft.variant] : []}
      error={lacks.get("variant")}
      onChange={([variant = ""]) => {
        onChange({ variant });
      }}
    />
  );
}
