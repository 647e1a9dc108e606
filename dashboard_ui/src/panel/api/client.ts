// The app's own API: every request carries the staff member's token, renewed once when it has expired.

import createClient, { type Client } from "openapi-fetch";

import type { paths } from "../../schema";
import { isExpired, type TokenSource } from "./token";
import { asTrouble, Trouble, troubleFrom } from "./trouble";

export type Api = Client<paths>;

interface Connection {
  saleorApiUrl: string;
  tokens: TokenSource;
  send?: typeof fetch;
  now?: () => number;
}

async function hasExpired(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return troubleFrom(401, body).code === "TOKEN_EXPIRED";
}

/** A fetch that adds token and shop, and asks the Dashboard for a new token when the old one is over. */
export function authenticated(connection: Connection): (request: Request) => Promise<Response> {
  const { saleorApiUrl, tokens, send = fetch, now = Date.now } = connection;

  function carrying(request: Request, token: string): Request {
    const copy = new Request(request.clone());
    copy.headers.set("authorization-bearer", token);
    copy.headers.set("saleor-api-url", saleorApiUrl);
    return copy;
  }

  return async (request) => {
    const token = tokens.current();
    const stale = token === undefined || isExpired(token, now());
    const first = await send(carrying(request, stale ? await tokens.renewed() : token));
    if (stale || !(await hasExpired(first))) return first;
    // The Dashboard may have sent a new one while this request was under way; it will not send another.
    const newest = tokens.current();
    const next = newest === undefined || newest === token ? await tokens.renewed() : newest;
    return send(carrying(request, next));
  };
}

export function createApi(connection: Connection): Api {
  return createClient<paths>({
    baseUrl: globalThis.location.origin,
    fetch: authenticated(connection),
  });
}

/** The data of an answer that has some; everything else is thrown as trouble. */
export async function dataOf<T extends object | string>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  try {
    const { data, error, response } = await answer;
    if (!response.ok) throw troubleFrom(response.status, error);
    if (data === undefined) throw new Trouble("UNREADABLE", "The answer was empty.");
    return data;
  } catch (thrown) {
    throw asTrouble(thrown);
  }
}

/** Resolves when the app has done it; everything else is thrown as trouble. */
export async function done(
  answer: Promise<{ error?: unknown; response: Response }>,
): Promise<void> {
  try {
    const { error, response } = await answer;
    if (!response.ok) throw troubleFrom(response.status, error);
  } catch (thrown) {
    throw asTrouble(thrown);
  }
}
