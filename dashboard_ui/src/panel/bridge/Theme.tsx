// Follows the Dashboard's theme; a widget has the background of the card that it stands in.

import "./Theme.css";

import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { useLayoutEffect } from "react";

import { usePlace } from "./place";
import { useBridgeValue } from "./state";

export function FollowTheme({ bridge }: { bridge: AppBridge }) {
  const name = useBridgeValue(bridge, (state) => state.theme);
  const { path } = usePlace();
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = name === "dark" ? "dark" : "light";
  }, [name]);
  useLayoutEffect(() => {
    document.documentElement.dataset["mount"] = path.startsWith("/widgets/") ? "widget" : "page";
  }, [path]);
  return null;
}
