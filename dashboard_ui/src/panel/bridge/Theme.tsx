// Follows the Dashboard's theme.

import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { useLayoutEffect } from "react";

import { useBridgeValue } from "./state";

export function FollowTheme({ bridge }: { bridge: AppBridge }) {
  const name = useBridgeValue(bridge, (state) => state.theme);
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = name === "dark" ? "dark" : "light";
  }, [name]);
  return null;
}
