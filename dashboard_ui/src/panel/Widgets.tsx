// What the Dashboard shows of us in its own pages: a screen for each widget and popup, with the code that it needs.

import { type ComponentType, lazy } from "react";

import { usePlace } from "./bridge/place";
import { Nowhere } from "./mounts/Nowhere";

const LOAD: Record<string, () => Promise<ComponentType>> = {
  "/widgets/customer": async () => (await import("./customer/CustomerWidget")).CustomerWidget,
  "/widgets/order": async () => (await import("./mounts/OrderWidget")).OrderWidget,
  "/widgets/draft-order": async () => (await import("./mounts/OrderWidget")).DraftOrderWidget,
  "/widgets/product": async () => (await import("./mounts/ProductWidget")).ProductWidget,
  "/widgets/gift-card": async () => (await import("./mounts/GiftCardWidget")).GiftCardWidget,
  "/widgets/voucher": async () => (await import("./codes/VoucherWidget")).VoucherWidget,
  "/widgets/home": async () => (await import("./influence/HomeWidget")).HomeWidget,
  "/popups/customer": async () => (await import("./customer/CustomerPopup")).CustomerPopup,
  "/popups/customers": async () => (await import("./customers/CustomersPopup")).CustomersPopup,
  "/popups/order": async () => (await import("./mounts/OrderWidget")).OrderPopup,
  "/popups/product": async () => (await import("./mounts/ProductWidget")).ProductPopup,
  "/popups/voucher": async () => (await import("./codes/VoucherWidget")).VoucherPopup,
  "/popups/gift-card": async () => (await import("./mounts/GiftCardWidget")).GiftCardPopup,
  "/popups/category": async () => (await import("./mounts/CategoryPopup")).CategoryPopup,
  "/popups/collection": async () => (await import("./mounts/CollectionPopup")).CollectionPopup,
};

const SHOWN: Record<string, ComponentType> = Object.fromEntries(
  Object.entries(LOAD).map(([path, load]) => [path, lazy(async () => ({ default: await load() }))]),
);

/** Fetches the code of a widget or popup; nothing where the path is of none. */
export async function fetchWidget(path: string): Promise<void> {
  if (Object.hasOwn(LOAD, path)) await LOAD[path]?.();
}

export function Widgets() {
  const { path } = usePlace();
  const Shown = Object.hasOwn(SHOWN, path) ? SHOWN[path] : undefined;
  return Shown ? <Shown /> : <Nowhere />;
}
