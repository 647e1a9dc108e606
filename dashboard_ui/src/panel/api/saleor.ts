// Names and e-mail addresses, straight from Saleor with the staff member's own token: the app never has them.

import { goodsOfSaleor } from "./goods";
import {
  type CardNode,
  cardsQuery,
  CHANNELS,
  type ChannelsData,
  type CodesData,
  ORDER_CUSTOMER,
  peopleQuery,
  SEARCH,
  type SearchData,
  type UserNode,
  VOUCHER_CODES,
} from "./operations";
import { cardOf, type Person, type Saleor } from "./saleorAnswers";
import { isExpired, type TokenSource } from "./token";
import { asTrouble, Trouble } from "./trouble";

export type { GiftCard, Person, Saleor, VoucherCodes } from "./saleorAnswers";

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { exception?: { code?: string } } }[];
}

/** Saleor takes at most 100 aliases in a request. */
const PEOPLE_PER_REQUEST = 100;

function personOf(node: UserNode): Person {
  return { id: node.id, name: `${node.firstName} ${node.lastName}`.trim(), email: node.email };
}

function refusal(what: string): Trouble {
  return new Trouble("PERMISSION_DENIED", `Saleor did not share ${what} with your account.`);
}

export function createSaleor(connection: {
  saleorApiUrl: string;
  tokens: TokenSource;
  send?: typeof fetch;
  now?: () => number;
}): Saleor {
  const { saleorApiUrl, tokens, send = fetch, now = Date.now } = connection;

  async function ask<T>(
    query: string,
    variables: Record<string, string | null>,
  ): Promise<Answer<T>> {
    const held = tokens.current();
    const token = held === undefined || isExpired(held, now()) ? await tokens.renewed() : held;
    try {
      const response = await send(saleorApiUrl, {
        method: "POST",
        headers: { "content-type": "application/json", "authorization-bearer": token },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<T>;
    } catch (thrown) {
      throw asTrouble(thrown);
    }
  }

  async function batch(ids: readonly string[]): Promise<Person[]> {
    const { query, variables } = peopleQuery(ids);
    const answer = await ask<Record<string, UserNode | null>>(query, variables);
    const found = Object.values(answer.data ?? {}).filter((node) => node !== null);
    // One forbidden or deleted customer leaves the others readable; only a whole refusal is trouble.
    if (found.length === 0 && answer.errors?.length) {
      throw refusal("these names");
    }
    return found.map(personOf);
  }

  return {
    ...goodsOfSaleor(ask),
    people: async (ids) => {
      const starts = Array.from(
        { length: Math.ceil(ids.length / PEOPLE_PER_REQUEST) },
        (_, n) => n,
      );
      const batches = starts.map((n) =>
        batch(ids.slice(n * PEOPLE_PER_REQUEST, (n + 1) * PEOPLE_PER_REQUEST)),
      );
      return new Map((await Promise.all(batches)).flat().map((person) => [person.id, person]));
    },
    customerOfOrder: async (orderId) => {
      const answer = await ask<{ order: { user: { id: string } | null } | null }>(ORDER_CUSTOMER, {
        id: orderId,
      });
      if (!answer.data?.order) throw refusal("this order");
      return answer.data.order.user?.id ?? null;
    },
    search: async (words) => {
      const answer = await ask<SearchData>(SEARCH, { words });
      if (!answer.data?.customers) throw refusal("customers");
      return answer.data.customers.edges.map(({ node }) => personOf(node));
    },
    codesOfVoucher: async (id, after) => {
      const answer = await ask<CodesData>(VOUCHER_CODES, { id, after });
      const found = answer.data?.voucher?.codes;
      if (!found) throw refusal("this voucher");
      const { hasNextPage, endCursor } = found.pageInfo;
      return {
        total: found.totalCount,
        codes: found.edges.map(({ node }) => node.code),
        next: hasNextPage ? endCursor : null,
      };
    },
    giftCards: async (ids) => {
      const { query, variables } = cardsQuery(ids);
      const answer = await ask<Record<string, CardNode | null>>(query, variables);
      const found = Object.values(answer.data ?? {}).filter((node) => node !== null);
      if (found.length === 0 && answer.errors?.length) throw refusal("these gift cards");
      return new Map(found.map((node) => [node.id, cardOf(node)]));
    },
    channels: async () => {
      const answer = await ask<ChannelsData>(CHANNELS, {});
      if (!answer.data?.channels) throw refusal("channels");
      return answer.data.channels
        .filter(({ isActive }) => isActive)
        .map(({ slug, name, currencyCode }) => ({ slug, name, currency: currencyCode }));
    },
  };
}
