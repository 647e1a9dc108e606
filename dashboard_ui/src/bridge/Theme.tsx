// Follows the Dashboard's theme.

import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { useTheme } from "@saleor/macaw-ui";
import { useEffect } from "react";

import { useBridgeValue } from "./state";

export function themeOf(name: string | undefined): "defaultDark" | "defaultLight" {
  return name === "dark" ? "defaultDark" : "defaultLight";
}

export function FollowTheme({ bridge }: { bridge: AppBridge }) {
  const name = useBridgeValue(bridge, (state) => state.theme);
  const { setTheme } = useTheme();
  useEffect(() => {
    setTheme(themeOf(name));
    document.documentElement.dataset["theme"] = name === "dark" ? "dark" : "light";
  }, [name, setTheme]);
  return null;
}
