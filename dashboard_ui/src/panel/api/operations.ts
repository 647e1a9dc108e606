// What is asked of Saleor, and the shape of its answers.

export interface UserNode {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
}

export interface SearchData {
  customers: { edges: { node: UserNode }[] } | null;
}

export interface CodesData {
  voucher: {
    codes: {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
      edges: { node: { code: string } }[];
    } | null;
  } | null;
}

/** The query that asks for each id under an alias of its own: `p0: user(id: $p0) {…}`. */
export function peopleQuery(ids: readonly string[]): {
  query: string;
  variables: Record<string, string>;
} {
  const declared = ids.map((_, n) => `$p${n}: ID!`).join(", ");
  const asked = ids.map((_, n) => `p${n}: user(id: $p${n}) { ...Person }`).join(" ");
  return {
    query: `query People(${declared}) { ${asked} } fragment Person on User { id firstName lastName email }`,
    variables: Object.fromEntries(ids.map((id, n) => [`p${n}`, id])),
  };
}

export interface CardNode {
  id: string;
  currentBalance: { amount: number; currency: string };
  expiryDate: string | null;
  isActive: boolean;
}

/** The query that asks for each gift card under an alias of its own, likewise. */
export function cardsQuery(ids: readonly string[]): {
  query: string;
  variables: Record<string, string>;
} {
  const declared = ids.map((_, n) => `$c${n}: ID!`).join(", ");
  const asked = ids.map((_, n) => `c${n}: giftCard(id: $c${n}) { ...Card }`).join(" ");
  return {
    query: `query GiftCards(${declared}) { ${asked} } fragment Card on GiftCard { id currentBalance { amount currency } expiryDate isActive }`,
    variables: Object.fromEntries(ids.map((id, n) => [`c${n}`, id])),
  };
}

export const SEARCH =
  "query Search($words: String!) { customers(first: 8, filter: { search: $words }) { edges { node { id firstName lastName email } } } }";
export const VOUCHER_CODES =
  "query VoucherCodes($id: ID!, $after: String) { voucher(id: $id) { codes(first: 50, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { code } } } } }";
export const ORDER_CUSTOMER = "query OrderCustomer($id: ID!) { order(id: $id) { id user { id } } }";
export const CHANNELS = "query Channels { channels { slug name currencyCode isActive } }";

export interface ChannelsData {
  channels: { slug: string; name: string; currencyCode: string; isActive: boolean }[] | null;
}

/** A channel of the shop, by the name that staff gave it. */
export interface Channel {
  slug: string;
  name: string;
  currency: string;
}
