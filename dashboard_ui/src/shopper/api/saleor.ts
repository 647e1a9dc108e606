// The shop's own API, asked from the browser: where a customer signs in, and where an order's token stands.

const SIGN_IN = `mutation($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token refreshToken errors { code } }
}`;
const REFRESH =
  "mutation($token: String!) { tokenRefresh(refreshToken: $token) { token errors { code } } }";
const ORDER_TOKEN = 'query($id: ID!) { order(id: $id) { metafield(key: "influence.survey") } }';

interface Made {
  token: string | null;
  refreshToken?: string | null;
  errors?: { code: string }[];
}

async function ask(shop: string, query: string, variables: Record<string, string>) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(shop, { method: "POST", headers, body, credentials: "omit" });
  return ((await answer.json()) as { data?: unknown }).data ?? {};
}

/** Sign in: a token and one to renew it with, or the shop's reasons; throws where the shop does not answer. */
export async function createToken(shop: string, email: string, password: string) {
  const made = (await ask(shop, SIGN_IN, { email, password })) as { tokenCreate?: Made | null };
  return made.tokenCreate ?? null;
}

/** Return a new token; null where the shop gives none. */
export async function refreshToken(shop: string, token: string): Promise<string | null> {
  const made = (await ask(shop, REFRESH, { token }).catch(() => ({}))) as {
    tokenRefresh?: Made | null;
  };
  return made.tokenRefresh?.token ?? null;
}

/** Return the token that stands with an order; null while there is none, or the shop does not answer. */
export async function surveyToken(shop: string, id: string): Promise<string | null> {
  const found = (await ask(shop, ORDER_TOKEN, { id }).catch(() => ({}))) as {
    order?: { metafield: string | null } | null;
  };
  return found.order?.metafield ?? null;
}
