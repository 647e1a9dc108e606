import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { clientOf, Refused, said } from "./api/client";
import { Embedded } from "./embedded";
import { SignInFailed, Standalone } from "./session";
import { APP } from "./testing/page";

const SHOP = "https://shop.example/graphql/";
const STOREFRONT = "https://shop.example";

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = vi.fn();
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function token(user: string): string {
  return `x.${btoa(JSON.stringify({ user_id: user }))}.y`;
}

function shopAnswers(...answers: object[]) {
  const fetched = vi.fn<(url: string) => Promise<Response>>(() => {
    const data = answers.shift();
    return data
      ? Promise.resolve(new Response(JSON.stringify({ data })))
      : Promise.reject(new TypeError());
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

describe("a session of the page's own", () => {
  const made = { tokenCreate: { token: "one", refreshToken: "again", errors: [] } };

  it("comes from the shop, and is renewed once for all who need it", async () => {
    const asked = shopAnswers(made, { tokenRefresh: { token: "two" } });
    const session = new Standalone(SHOP);
    await session.signIn("a@b.example", "password");
    expect(await Promise.all([session.renew(), session.renew()])).toEqual([true, true]);
    expect(session.token).toBe("two");
    expect(asked).toHaveBeenCalledTimes(2);
    expect(asked.mock.calls.map(([url]) => url)).toEqual([SHOP, SHOP]);
  });

  it("that ended while it was renewed stays ended", async () => {
    shopAnswers(made, { tokenRefresh: { token: "two" } });
    const session = new Standalone(SHOP);
    await session.signIn("a@b.example", "password");
    const renewed = session.renew();
    session.end();
    expect(await renewed).toBe(false);
    expect(session.token).toBeNull();
  });

  it("is refused with the shop's reason, or because it does not answer", async () => {
    shopAnswers({ tokenCreate: { token: null, errors: [{ code: "INVALID_CREDENTIALS" }] } });
    const session = new Standalone(SHOP);
    const refused = session.signIn("a@b.example", "wrong");
    await expect(refused).rejects.toEqual(new SignInFailed("INVALID_CREDENTIALS"));
    await expect(session.signIn("a@b.example", "x")).rejects.toThrow("UNREACHABLE");
  });
});

describe("a session of the storefront", () => {
  const heard = { onToken: vi.fn(), onSignedOut: vi.fn(), onLanguage: vi.fn(), onTheme: vi.fn() };

  function says(data: unknown, origin = STOREFRONT, source: unknown = window.parent): void {
    const event = new MessageEvent("message", { data, origin });
    Object.defineProperty(event, "source", { value: source });
    dispatchEvent(event);
  }

  it("is taken from the window around it and from the shop's own origins alone", async () => {
    const sent = vi.spyOn(window.parent, "postMessage").mockImplementation(() => undefined);
    const session = new Embedded([STOREFRONT], heard);
    const begun = session.begin();
    expect(sent).toHaveBeenCalledWith({ type: "influence:ready", version: 1 }, "*");
    says({ type: "influence:session", token: token("eve") }, "https://evil.example");
    says({ type: "influence:session", token: token("eve") }, STOREFRONT, {});
    says(null);
    says({ type: "influence:session", token: 1 });
    expect(session.token).toBeNull();
    says({ type: "influence:session", token: token("ines") });
    expect(await begun).toBe(true);
    expect(session.token).toBe(token("ines"));
    const height = { type: "influence:height", height: expect.any(Number) as number };
    expect(sent).toHaveBeenLastCalledWith(height, STOREFRONT);
  });

  it("says whether the token is of another customer", () => {
    const onToken = vi.fn();
    new Embedded([STOREFRONT], { ...heard, onToken });
    for (const user of ["ines", "ines", "mara"])
      says({ type: "influence:session", token: token(user) });
    expect(onToken.mock.calls).toEqual([[true], [false], [true]]);
  });

  it("that does not come within eight seconds is none", async () => {
    vi.useFakeTimers();
    const renewed = new Embedded([STOREFRONT], heard).renew();
    vi.advanceTimersByTime(8000);
    expect(await renewed).toBe(false);
  });
});

describe("the app's API", () => {
  function session(renewed: boolean) {
    return {
      token: "one",
      scheme: "Bearer" as const,
      renew: vi.fn(() => Promise.resolve(renewed)),
    };
  }

  it("is asked once more with a new token, and not a third time", async () => {
    const own = session(true);
    own.renew.mockImplementation(() => {
      own.token = "two";
      return Promise.resolve(true);
    });
    const sent: (string | null)[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      sent.push(request.headers.get("authorization"));
      return Promise.resolve(new Response("{}", { status: 401 }));
    });
    const asked = said(clientOf(SHOP, own, APP).POST("/api/shopper/erase"));
    await expect(asked).rejects.toMatchObject({ status: 401, code: "FAILED" });
    expect(sent).toEqual(["Bearer one", "Bearer two"]);
  });

  it("that cannot be reached, or answers no JSON, is a refusal like any other", async () => {
    const client = clientOf(SHOP, session(false), APP);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
    const offline = said(client.GET("/api/shopper/statement"));
    await expect(offline).rejects.toEqual(new Refused(0, "OFFLINE"));
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 502 })));
    const gateway = said(client.GET("/api/shopper/statement"));
    await expect(gateway).rejects.toMatchObject({ status: 502, code: "FAILED" });
  });
});
