// The app bridge's state as React sees it. The SDK's own hook misses localeChanged and tokenRefresh.

import type { AppBridge, AppBridgeState } from "@saleor/app-sdk/app-bridge";
import { useCallback, useSyncExternalStore } from "react";

const EVENTS = ["handshake", "theme", "localeChanged", "tokenRefresh", "redirect"] as const;

/** One value of the bridge's state; it must be a primitive, or every message would render again. */
export function useBridgeValue<T extends string | boolean | undefined>(
  bridge: AppBridge,
  read: (state: AppBridgeState) => T,
): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      const leaving = EVENTS.map((event) => bridge.subscribe(event, changed));
      return () => {
        for (const leave of leaving) leave();
      };
    },
    [bridge],
  );
  return useSyncExternalStore(subscribe, () => read(bridge.getState()));
}
