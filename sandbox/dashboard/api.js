// The shop's GraphQL, asked with the session of a member of staff.

const CREDENTIALS = { email: "admin@example.com", password: "admin" };
const EARLY_MS = 30_000;
let session = JSON.parse(sessionStorage.getItem("session") ?? "null");

/** What a token says; the shop checks it, not we. */
export function claims(token) {
  return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
}

export const apiUrl = new URL("/graphql/", location.href).href;

async function post(query, variables, token) {
  const answer = await fetch(apiUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const body = await answer.json();
  if (body.errors) throw new Error(body.errors.map((error) => error.message).join("; "));
  return body.data;
}

/** Signs in; the sandbox's own staff when nobody else is named. */
export async function signIn(credentials = CREDENTIALS) {
  const query = `mutation($email:String!,$password:String!){tokenCreate(email:$email,password:$password)
    {token refreshToken errors{message}}}`;
  const made = (await post(query, credentials)).tokenCreate;
  if (!made.token) throw new Error(made.errors[0].message);
  keep(made);
}

function keep(made) {
  session = made;
  sessionStorage.setItem("session", JSON.stringify(made));
}

export function signOut() {
  session = null;
  sessionStorage.removeItem("session");
}

async function token() {
  if (!session) await signIn();
  if (claims(session.token).exp * 1000 > Date.now() + EARLY_MS / 2) return session.token;
  const query = "mutation($token:String!){tokenRefresh(refreshToken:$token){token}}";
  const made = (await post(query, { token: session.refreshToken })).tokenRefresh;
  if (made.token) keep({ ...session, token: made.token });
  else await signIn();
  return session.token;
}

/** What was asked for; an Error with the shop's words when it refuses. */
export async function ask(query, variables = {}) {
  return post(query, variables, await token());
}

/** The payload of one mutation; an Error with its words when it refuses. */
export async function change(query, variables = {}) {
  const [payload] = Object.values(await ask(query, variables));
  if (payload.errors?.length) throw new Error(payload.errors.map((error) => error.message).join("; "));
  return payload;
}
