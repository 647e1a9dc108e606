import { describe, expect, it, vi } from "vitest";

import { tokenWith } from "../testing/token";
import { authenticated, dataOf } from "./client";
import type { TokenSource } from "./token";
import { Trouble } from "./trouble";

const API = "https://shop.example/graphql/";
const OLD = tokenWith({ exp: 2_000, name: "old" });
const NEW = tokenWith({ exp: 9_000, name: "new" });

const expired = () =>
  Response.json({ error: { code: "TOKEN_EXPIRED", message: "x" } }, { status: 401 });

function rig(answers: Response[], nowSeconds = 1_000, current: string | undefined = OLD) {
  const sent: Request[] = [];
  const send = vi.fn((request: Request) => {
    sent.push(request);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("Failed to fetch"));
  });
  const renewed = vi.fn(() => Promise.resolve(NEW));
  const tokens: TokenSource = { current: () => current, renewed };
  const fetching = authenticated({
    saleorApiUrl: API,
    tokens,
    send: send as typeof fetch,
    now: () => nowSeconds * 1_000,
  });
  return { fetching, sent, renewed };
}

const request = () =>
  new Request("https://app.example/api/runs", { method: "POST", body: '{"kind":"manual"}' });

describe("a request", () => {
  it("carries the staff member's token and the shop, and no cookie of ours", async () => {
    const { fetching, sent, renewed } = rig([Response.json({})]);
    await fetching(request());
    expect(sent[0]?.headers.get("authorization-bearer")).toBe(OLD);
    expect(sent[0]?.headers.get("saleor-api-url")).toBe(API);
    expect(renewed).not.toHaveBeenCalled();
  });

  it("waits for a new token when the old one is over", async () => {
    const { fetching, sent } = rig([Response.json({})], 2_500);
    await fetching(request());
    expect(sent.map((one) => one.headers.get("authorization-bearer"))).toEqual([NEW]);
  });

  it("is sent again, body and all, when the server finds the token expired", async () => {
    const { fetching, sent } = rig([expired(), Response.json({})]);
    const answer = await fetching(request());
    expect(answer.status).toBe(200);
    expect(sent.map((one) => one.headers.get("authorization-bearer"))).toEqual([OLD, NEW]);
    expect(await sent[1]?.text()).toBe('{"kind":"manual"}');
  });

  it("takes the token that came while it was under way, since no other will come", async () => {
    const tokens = {
      held: OLD,
      current: () => tokens.held,
      renewed: vi.fn(() => Promise.resolve("x")),
    };
    const sent: Request[] = [];
    const send = (request: Request) => {
      sent.push(request);
      tokens.held = NEW;
      return Promise.resolve(sent.length === 1 ? expired() : Response.json({}));
    };
    const now = () => 1_000_000;
    const fetching = authenticated({ saleorApiUrl: API, tokens, send: send as typeof fetch, now });
    await fetching(request());
    expect(sent.map((one) => one.headers.get("authorization-bearer"))).toEqual([OLD, NEW]);
    expect(tokens.renewed).not.toHaveBeenCalled();
  });

  it("is not sent a third time", async () => {
    const { fetching, sent } = rig([expired(), expired(), Response.json({})]);
    expect((await fetching(request())).status).toBe(401);
    expect(sent).toHaveLength(2);
  });

  it("is not repeated for any other refusal", async () => {
    const refusal = Response.json(
      { error: { code: "TOKEN_INVALID", message: "x" } },
      { status: 401 },
    );
    const { fetching, sent, renewed } = rig([refusal]);
    await fetching(request());
    expect(sent).toHaveLength(1);
    expect(renewed).not.toHaveBeenCalled();
  });
});

describe("the data of an answer", () => {
  it("is returned", async () => {
    const answer = Promise.resolve({ data: { id: 1 }, response: Response.json({}) });
    await expect(dataOf(answer)).resolves.toEqual({ id: 1 });
  });

  it("is trouble when the server refuses", async () => {
    const error = { error: { code: "SHOP_UNKNOWN", message: "Not installed." } };
    const answer = Promise.resolve({ error, response: new Response(null, { status: 403 }) });
    await expect(dataOf(answer)).rejects.toMatchObject({ code: "SHOP_UNKNOWN" });
  });

  it("is trouble when there is none", async () => {
    const answer = Promise.resolve({ response: new Response(null, { status: 200 }) });
    await expect(dataOf(answer)).rejects.toMatchObject({ code: "UNREADABLE" });
  });

  it("passes on that no token came", async () => {
    const late = new Trouble("TOKEN_EXPIRED", "No new token.");
    await expect(dataOf(Promise.reject(late))).rejects.toBe(late);
  });
});
