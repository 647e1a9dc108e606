// Names and e-mail addresses, straight from Saleor with the staff member's own token: the app never has them.

import { isExpired, type TokenSource } from "./token";
import { asTrouble, Trouble } from "./trouble";

export interface Person {
  id: string;
  name: string;
  email: string;
}

interface UserNode {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
}

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { exception?: { code?: string } } }[];
}

/** Saleor takes at most 100 aliases in a request. */
const PEOPLE_PER_REQUEST = 100;

export interface Saleor {
  people: (ids: readonly string[]) => Promise<Map<string, Person>>;
  customerOfOrder: (orderId: string) => Promise<string | null>;
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

const ORDER_CUSTOMER = "query OrderCustomer($id: ID!) { order(id: $id) { id user { id } } }";

function personOf(node: UserNode): Person {
  return { id: node.id, name: `${node.firstName} ${node.lastName}`.trim(), email: node.email };
}

export function createSaleor(connection: {
  saleorApiUrl: string;
  tokens: TokenSource;
  send?: typeof fetch;
  now?: () => number;
}): Saleor {
  const { saleorApiUrl, tokens, send = fetch, now = Date.now } = connection;

  async function ask<T>(query: string, variables: Record<string, string>): Promise<Answer<T>> {
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
      throw new Trouble("PERMISSION_DENIED", "Saleor did not share these names with your account.");
    }
    return found.map(personOf);
  }

  return {
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
      if (!answer.data?.order) {
        throw new Trouble(
          "PERMISSION_DENIED",
          "Saleor did not share this order with your account.",
        );
      }
      return answer.data.order.user?.id ?? null;
    },
  };
}
