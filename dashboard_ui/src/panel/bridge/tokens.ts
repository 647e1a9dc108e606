// The Dashboard as the source of tokens: it hands one over in the handshake and a new one before it ends.

import { actions, type AppBridge } from "@saleor/app-sdk/app-bridge";

import type { TokenSource } from "../api/token";
import { Trouble } from "../api/trouble";

const PATIENCE_MS = 5_000;

/** Says hello again: the Dashboard answers a notifyReady with a handshake, and that carries a token. */
export function askForToken(bridge: AppBridge): void {
  // An older Dashboard may not acknowledge the action; the handshake is the answer that counts.
  bridge.dispatch(actions.NotifyReady()).catch(() => undefined);
}

export function bridgeTokens(bridge: AppBridge, patienceMs = PATIENCE_MS): TokenSource {
  const current = () => bridge.getState().token;

  function renewed(): Promise<string> {
    const old = current();
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        for (const leave of leaving) leave();
      };
      const received = ({ token }: { token: string }) => {
        if (token === old) return;
        stop();
        resolve(token);
      };
      const leaving = [
        bridge.subscribe("tokenRefresh", received),
        bridge.subscribe("handshake", received),
      ];
      const timer = setTimeout(() => {
        stop();
        reject(new Trouble("TOKEN_EXPIRED", "The Dashboard did not send a new token."));
      }, patienceMs);
      askForToken(bridge);
    });
  }

  let asked: Promise<string> | null = null;
  return {
    current,
    // Requests that fail together ask together.
    renewed: () => {
      asked ??= renewed().finally(() => {
        asked = null;
      });
      return asked;
    },
  };
}
