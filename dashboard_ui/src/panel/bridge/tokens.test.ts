import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { bridgeTokens } from "./tokens";

type Listener = (payload: { token: string }) => void;

/** The part of the app bridge that hands out tokens. */
function dashboard(token: string | undefined) {
  const listeners = new Set<Listener>();
  const bridge = {
    getState: () => ({ token }),
    dispatch: vi.fn(() => Promise.resolve()),
    subscribe: (_: string, listener: Listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    bridge: bridge as unknown as AppBridge,
    asked: bridge.dispatch,
    listeners,
    hand: (next: string) => {
      for (const listener of [...listeners]) listener({ token: next });
    },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a new token", () => {
  it("is asked for and taken", async () => {
    const { bridge, asked, hand } = dashboard("old");
    const renewed = bridgeTokens(bridge).renewed();
    expect(asked).toHaveBeenCalledOnce();
    hand("new");
    await expect(renewed).resolves.toBe("new");
  });

  it("is not the old one handed over again", async () => {
    const { bridge, hand } = dashboard("old");
    const renewed = bridgeTokens(bridge).renewed();
    hand("old");
    hand("new");
    await expect(renewed).resolves.toBe("new");
  });

  it("is asked for once by requests that fail together", async () => {
    const { bridge, asked, hand } = dashboard("old");
    const tokens = bridgeTokens(bridge);
    const both = Promise.all([tokens.renewed(), tokens.renewed()]);
    hand("new");
    await expect(both).resolves.toEqual(["new", "new"]);
    expect(asked).toHaveBeenCalledOnce();
  });

  it("that does not come ends as an expired session, and leaves no listener behind", async () => {
    const { bridge, listeners } = dashboard("old");
    const renewed = bridgeTokens(bridge, 1_000).renewed();
    const outcome = expect(renewed).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
    await vi.advanceTimersByTimeAsync(1_001);
    await outcome;
    expect(listeners.size).toBe(0);
  });

  it("can be asked for again after that", async () => {
    const { bridge, asked, hand } = dashboard("old");
    const tokens = bridgeTokens(bridge, 1_000);
    const late = expect(tokens.renewed()).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(1_001);
    await late;
    const renewed = tokens.renewed();
    hand("new");
    await expect(renewed).resolves.toBe("new");
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
