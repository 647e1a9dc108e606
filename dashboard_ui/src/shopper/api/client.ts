// The app's API for shoppers, in their name; docs/shopper-page.md describes it.

import createClient from "openapi-fetch";

import type { components, paths } from "../../schema";

/** Of this file as it is served, /shopper/assets/…; by a name, so that no bundler takes it for a file. */
const HERE = import.meta.url;
const BASE = new URL("../..", HERE).href.replace(/\/$/, "");

type Schemas = components["schemas"];
export type About = Schemas["About"];
export type Certificate = Schemas["Certificate"];
export type Consent = Schemas["ConsentRow"];
export type Money = Schemas["Money"];
export type Perk = Schemas["ShopperPerk"];
export type Profile = Schemas["LinkedProfile"];
export type SegmentPart = Schemas["SegmentPart"];
type Held = Schemas["ShopperStatement"];
/** Of the four states, the page shows the two that have a day. */
export type Statement = Omit<Held, "standing"> & {
  standing: Pick<Held["standing"], "objected_at" | "erased_at">;
};
export type Client = ReturnType<typeof clientOf>;

/** In whose name is asked, and how to get another token when this one has ended. */
export interface Bearer {
  token: string | null;
  scheme: "Bearer" | "Guest" | "Order";
  renew(): Promise<boolean>;
}

/** What the API refused; status 0 is a server that cannot be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = "",
    readonly reason: string | null = null,
  ) {
    super(message);
  }
}

/** Return the generated client, which asks in the name of whoever `session` holds a token of. */
export function clientOf(shop: string, session: Bearer, base = BASE) {
  return createClient<paths>({
    baseUrl: base,
    credentials: "omit",
    cache: "no-store",
    headers: { "saleor-api-url": shop },
    fetch: (request) => send(request, session),
  });
}

async function send(request: Request, session: Bearer, mayRenew = true): Promise<Response> {
  const again = request.clone();
  if (session.token) request.headers.set("authorization", `${session.scheme} ${session.token}`);
  const answer = await fetch(request).catch(() => {
    throw new Refused(0, "OFFLINE");
  });
  if (answer.status === 401 && mayRenew && (await session.renew()))
    return send(again, session, false);
  return answer;
}

interface Asked<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what was answered, and whether it waits for being noted outside of the database; or throw `Refused`. */
export async function answered<T>(asked: Promise<Asked<T>>): Promise<{ data: T; waits: boolean }> {
  const { data, error, response } = await asked;
  if (response.ok) return { data: data as T, waits: response.status === 202 };
  const body = error as Partial<Schemas["ErrorAnswer"]> | undefined;
  const { code = "FAILED", message = "", reason = null } = body?.error ?? {};
  throw new Refused(response.status, code, message, reason);
}

/** Return what was answered, or throw `Refused`. */
export async function said<T>(asked: Promise<Asked<T>>): Promise<T> {
  return (await answered(asked)).data;
}
