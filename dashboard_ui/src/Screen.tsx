// Which screen a place shows; the code of a widget or popup comes alone, that of the pages together.

import { type ComponentType, lazy, Suspense } from "react";

import { usePlace } from "./bridge/place";
import { Skeletons } from "./parts/Skeletons";

type Load = () => Promise<ComponentType>;

const WIDGETS: Record<string, Load> = {
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
const loadPages: Load = async () => (await import("./Pages")).Pages;

const late = (load: Load) => lazy(async () => ({ default: await load() }));
const SCREENS = Object.fromEntries(
  Object.entries(WIDGETS).map(([path, load]) => [path, late(load)]),
);
const Pages = late(loadPages);

/** Fetches the code of a path's screen, while the Dashboard's handshake is waited for. */
export function fetchScreen(path: string): void {
  void (Object.hasOwn(WIDGETS, path) ? WIDGETS[path] : loadPages)?.();
}

export function Screen() {
  const { path } = usePlace();
  const Shown = (Object.hasOwn(SCREENS, path) ? SCREENS[path] : undefined) ?? Pages;
  return (
    <Suspense fallback={<Skeletons label="Loading" lines={4} />}>
      <Shown />
    </Suspense>
  );
}
