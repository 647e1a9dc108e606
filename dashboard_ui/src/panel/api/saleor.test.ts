import { describe, expect, it, vi } from "vitest";

import { peopleQuery } from "./operations";
import { createSaleor } from "./saleor";

interface Sent {
  query: string;
  variables: Record<string, string>;
}

function rig(answer: (sent: Sent) => unknown) {
  const sent: Sent[] = [];
  const headers: Headers[] = [];
  const send = vi.fn((_: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Sent;
    sent.push(body);
    headers.push(new Headers(init.headers));
    return Promise.resolve(Response.json(answer(body)));
  });
  const saleor = createSaleor({
    saleorApiUrl: "https://shop.example/graphql/",
    tokens: { current: () => "staff-token", renewed: () => Promise.reject(new Error("unused")) },
    send: send as unknown as typeof fetch,
  });
  return { saleor, sent, headers };
}

const user = (id: string) => ({ id, firstName: "Ada", lastName: id, email: `${id}@example.com` });
const everyone = ({ variables }: Sent) => ({
  data: Object.fromEntries(Object.entries(variables).map(([alias, id]) => [alias, user(id)])),
});

describe("people", () => {
  it("are asked for with variables, never with ids inside the query", () => {
    const { query, variables } = peopleQuery(['VXNlcjox") { id } }']);
    expect(query).not.toContain("VXNlcjox");
    expect(variables).toEqual({ p0: 'VXNlcjox") { id } }' });
  });

  it("come by id, with the staff member's own token", async () => {
    const { saleor, headers } = rig(everyone);
    const people = await saleor.people(["a", "b"]);
    expect(people.get("b")).toEqual({ id: "b", name: "Ada b", email: "b@example.com" });
    expect(headers[0]?.get("authorization-bearer")).toBe("staff-token");
  });

  it("are asked for a hundred at a time", async () => {
    const { saleor, sent } = rig(everyone);
    const ids = Array.from({ length: 250 }, (_, n) => `u${n}`);
    expect((await saleor.people(ids)).size).toBe(250);
    expect(sent.map(({ variables }) => Object.keys(variables).length)).toEqual([100, 100, 50]);
  });

  it("who may not be read leave the others readable", async () => {
    const { saleor } = rig(() => ({
      data: { p0: user("a"), p1: null },
      errors: [{ message: "no", extensions: { exception: { code: "PermissionDenied" } } }],
    }));
    expect([...(await saleor.people(["a", "b"])).keys()]).toEqual(["a"]);
  });

  it("who were deleted are simply missing", async () => {
    const { saleor } = rig(() => ({ data: { p0: null } }));
    expect((await saleor.people(["a"])).size).toBe(0);
  });

  it("who are all refused are trouble", async () => {
    const { saleor } = rig(() => ({ data: null, errors: [{ message: "no" }] }));
    await expect(saleor.people(["a"])).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

describe("the customer of an order", () => {
  it("is the account that placed it, or nobody for a guest", async () => {
    const placed = rig(() => ({ data: { order: { id: "o", user: { id: "u" } } } }));
    await expect(placed.saleor.customerOfOrder("o")).resolves.toBe("u");
    const guest = rig(() => ({ data: { order: { id: "o", user: null } } }));
    await expect(guest.saleor.customerOfOrder("o")).resolves.toBeNull();
  });

  it("is trouble when Saleor does not share the order", async () => {
    const { saleor } = rig(() => ({ data: { order: null }, errors: [{ message: "no" }] }));
    await expect(saleor.customerOfOrder("o")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

describe("a search for customers", () => {
  it("is Saleor's own, and gives people", async () => {
    const { saleor, sent } = rig(() => ({
      data: { customers: { edges: [{ node: user("a") }] } },
    }));
    await expect(saleor.search("ada")).resolves.toEqual([
      { id: "a", name: "Ada a", email: "a@example.com" },
    ]);
    expect(sent[0]?.variables).toEqual({ words: "ada" });
  });

  it("is trouble when Saleor refuses it, and not an empty list", async () => {
    const { saleor } = rig(() => ({ data: { customers: null }, errors: [{ message: "no" }] }));
    await expect(saleor.search("ada")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

describe("the codes of a voucher", () => {
  const page = (hasNextPage: boolean) => ({
    data: {
      voucher: {
        codes: {
          totalCount: 51,
          pageInfo: { hasNextPage, endCursor: "here" },
          edges: [{ node: { code: "ANNA-10" } }],
        },
      },
    },
  });

  it("come a page at a time, and say where the next begins", async () => {
    const first = rig(() => page(true));
    const codes = await first.saleor.codesOfVoucher("v", null);
    expect(codes).toEqual({ total: 51, codes: ["ANNA-10"], next: "here" });
    const last = rig(() => page(false));
    expect((await last.saleor.codesOfVoucher("v", "here")).next).toBeNull();
    expect(last.sent[0]?.variables).toEqual({ id: "v", after: "here" });
  });

  it("are trouble when Saleor does not share the voucher", async () => {
    const { saleor } = rig(() => ({ data: { voucher: null } }));
    await expect(saleor.codesOfVoucher("v", null)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });
});

describe("gift cards", () => {
  const card = {
    id: "c",
    currentBalance: { amount: 12.5, currency: "EUR" },
    expiryDate: null,
    isActive: true,
  };

  it("come with what is on them, and one that was deleted is missing", async () => {
    const { saleor, sent } = rig(() => ({ data: { c0: card, c1: null } }));
    const cards = await saleor.giftCards(["c", "gone"]);
    expect([...cards.values()]).toEqual([
      { id: "c", balance: { amount: "12.5", currency: "EUR" }, expires: null, active: true },
    ]);
    expect(sent[0]?.variables).toEqual({ c0: "c", c1: "gone" });
  });

  it("that the account may not see are trouble", async () => {
    const { saleor } = rig(() => ({ data: { c0: null }, errors: [{ message: "no" }] }));
    await expect(saleor.giftCards(["c"])).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});
