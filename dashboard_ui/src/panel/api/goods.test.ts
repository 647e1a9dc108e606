import { describe, expect, it } from "vitest";

import { goodsOfSaleor } from "./goods";

function rig(answer: unknown) {
  const sent: { query: string; variables: Record<string, string> }[] = [];
  const goods = goodsOfSaleor((query, variables) => {
    sent.push({ query, variables });
    return Promise.resolve(answer as { data?: unknown });
  });
  return { goods, sent };
}

const edges = (...nodes: unknown[]) => ({ edges: nodes.map((node) => ({ node })) });
const REFUSED = { data: null, errors: [{ message: "no" }] };

describe("what the shop sells", () => {
  it("is found by its name, a variant with its product's", async () => {
    const { goods, sent } = rig({
      data: {
        found: edges(
          { id: "1", name: "Red", product: { name: "Shoe" } },
          { id: "2", name: "Cap", product: { name: "Cap" } },
          { id: "3", name: "3", sku: "S-3", product: { name: "Sock" } },
          { id: "4", name: "4", sku: null, product: { name: "Scarf" } },
        ),
      },
    });
    await expect(goods.findGoods("variant", "sho")).resolves.toEqual([
      { id: "1", name: "Shoe, Red" },
      { id: "2", name: "Cap" },
      { id: "3", name: "Sock, S-3" },
      { id: "4", name: "Scarf" },
    ]);
    expect(sent[0]?.variables).toEqual({ words: "sho" });
    expect(sent[0]?.query).toContain("productVariants(first: 8, filter: { search: $words })");
  });

  it("is named by its ids, but for what was deleted", async () => {
    const { goods, sent } = rig({ data: { g0: { id: "a", name: "Shoes" }, g1: null } });
    const names = await goods.goodsNames("category", ["a", "b"]);
    expect([...names]).toEqual([["a", "Shoes"]]);
    expect(sent[0]?.variables).toEqual({ g0: "a", g1: "b" });
  });

  it("is of a collection the products that are in it, and how many in all", async () => {
    const products = { ...edges({ id: "p", name: "Cap" }), totalCount: 120 };
    const { goods } = rig({ data: { collection: { products } } });
    await expect(goods.productsOf("c")).resolves.toEqual({
      total: 120,
      products: [{ id: "p", name: "Cap" }],
    });
  });

  it("is trouble when Saleor refuses it, and not an empty list", async () => {
    const { goods } = rig(REFUSED);
    const refused = { code: "PERMISSION_DENIED" };
    await expect(goods.findGoods("product", "cap")).rejects.toMatchObject(refused);
    await expect(goods.goodsNames("product", ["a"])).rejects.toMatchObject(refused);
    await expect(goods.productsOf("c")).rejects.toMatchObject(refused);
  });
});
