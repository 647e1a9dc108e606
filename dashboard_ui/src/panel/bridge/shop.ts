// What every screen may use: the two APIs, the Dashboard around it, and the way numbers are written there.

import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { createContext, useContext } from "react";

import type { Api } from "../api/client";
import type { Saleor } from "../api/saleor";
import type { Format } from "../format/format";

export interface Shop {
  api: Api;
  saleor: Saleor;
  bridge: AppBridge;
  format: Format;
  /** Query parameters of the frame: customerId, orderId, voucherId, customerIds. */
  params: URLSearchParams;
}

export const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (shop === null) throw new Error("useShop needs a Session around it.");
  return shop;
}
