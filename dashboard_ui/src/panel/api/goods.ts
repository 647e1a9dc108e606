// What the shop sells, found by name in Saleor with the staff member's own token.

import { Trouble } from "./trouble";

export type GoodsKind = "product" | "variant" | "category" | "collection";

export interface Goods {
  id: string;
  name: string;
}

/** What Saleor answered: data, or only why not. */
export type Ask = (
  query: string,
  variables: Record<string, string>,
) => Promise<{ data?: unknown; errors?: { message: string }[] }>;

interface Node {
  id: string;
  name: string;
  sku?: string | null;
  product?: { name: string };
}

interface Nodes {
  edges: { node: Node }[];
}

interface CollectionData {
  collection: { products: (Nodes & { totalCount: number }) | null } | null;
}

/** Of one kind: how one is asked for by its id, how they are searched, and what is asked of each. */
const KINDS: Record<GoodsKind, { one: string; many: string; fields: string }> = {
  product: { one: "product", many: "products(first: 8, search: $words)", fields: "id name" },
  variant: {
    one: "productVariant",
    many: "productVariants(first: 8, filter: { search: $words })",
    fields: "id name sku product { name }",
  },
  category: {
    one: "category",
    many: "categories(first: 8, filter: { search: $words })",
    fields: "id name",
  },
  collection: {
    one: "collection",
    many: "collections(first: 8, filter: { search: $words })",
    fields: "id name",
  },
};
/** As many products as a programme takes, and as Saleor lists at once. */
export const MOST_GOODS = 100;
const PRODUCTS_OF = `query ProductsOf($id: ID!) { collection(id: $id) { products(first: ${MOST_GOODS}) { totalCount edges { node { id name } } } } }`;

export interface GoodsOfSaleor {
  /** What of this kind has these words in its name. */
  findGoods: (kind: GoodsKind, words: string) => Promise<Goods[]>;
  /** The names of these; what was deleted is missing. */
  goodsNames: (kind: GoodsKind, ids: readonly string[]) => Promise<Map<string, string>>;
  /** The products of a collection, the first hundred, and how many there are in all. */
  productsOf: (collectionId: string) => Promise<{ total: number; products: Goods[] }>;
}

/** A variant is known by its product; one without a name Saleor calls by its id, and we by its SKU. */
function goodsOf({ id, name, sku, product }: Node): Goods {
  const own = name === id ? sku : name;
  if (!product) return { id, name };
  return { id, name: own && own !== product.name ? `${product.name}, ${own}` : product.name };
}

export function goodsOfSaleor(ask: Ask): GoodsOfSaleor {
  const refused = () =>
    new Trouble("PERMISSION_DENIED", "Saleor did not share what the shop sells with your account.");
  return {
    findGoods: async (kind, words) => {
      const { many, fields } = KINDS[kind];
      const query = `query FindGoods($words: String!) { found: ${many} { edges { node { ${fields} } } } }`;
      const { data } = await ask(query, { words });
      const found = (data as { found: Nodes | null } | null | undefined)?.found;
      if (!found) throw refused();
      return found.edges.map(({ node }) => goodsOf(node));
    },
    goodsNames: async (kind, ids) => {
      const { one, fields } = KINDS[kind];
      const declared = ids.map((_, n) => `$g${n}: ID!`).join(", ");
      const asked = ids.map((_, n) => `g${n}: ${one}(id: $g${n}) { ${fields} }`).join(" ");
      const { data, errors } = await ask(
        `query NameGoods(${declared}) { ${asked} }`,
        Object.fromEntries(ids.map((id, n) => [`g${n}`, id])),
      );
      const nodes = (data ?? {}) as Record<string, Node | null>;
      const found = Object.values(nodes).filter((node) => node !== null);
      if (found.length === 0 && errors?.length) throw refused();
      return new Map(found.map(goodsOf).map(({ id, name }) => [id, name]));
    },
    productsOf: async (id) => {
      const { data } = await ask(PRODUCTS_OF, { id });
      const found = (data as CollectionData | null | undefined)?.collection?.products;
      if (!found) throw refused();
      return { total: found.totalCount, products: found.edges.map(({ node }) => goodsOf(node)) };
    },
  };
}
