// What the Dashboard shows of us in its own pages: a screen for each widget and popup, by its path.

import type { ComponentType } from "react";

import { usePlace } from "./bridge/place";
import { VoucherPopup, VoucherWidget } from "./codes/VoucherWidget";
import { CustomerPopup } from "./customer/CustomerPopup";
import { CustomerWidget } from "./customer/CustomerWidget";
import { CustomersPopup } from "./customers/CustomersPopup";
import { HomeWidget } from "./influence/HomeWidget";
import { CategoryPopup } from "./mounts/CategoryPopup";
import { CollectionPopup } from "./mounts/CollectionPopup";
import { GiftCardPopup, GiftCardWidget } from "./mounts/GiftCardWidget";
import { Nowhere } from "./mounts/Nowhere";
import { DraftOrderWidget, OrderPopup, OrderWidget } from "./mounts/OrderWidget";
import { ProductPopup, ProductWidget } from "./mounts/ProductWidget";

const SHOWN: Record<string, ComponentType> = {
  "/widgets/customer": CustomerWidget,
  "/widgets/order": OrderWidget,
  "/widgets/draft-order": DraftOrderWidget,
  "/widgets/product": ProductWidget,
  "/widgets/gift-card": GiftCardWidget,
  "/widgets/voucher": VoucherWidget,
  "/widgets/home": HomeWidget,
  "/popups/customer": CustomerPopup,
  "/popups/customers": CustomersPopup,
  "/popups/order": OrderPopup,
  "/popups/product": ProductPopup,
  "/popups/voucher": VoucherPopup,
  "/popups/gift-card": GiftCardPopup,
  "/popups/category": CategoryPopup,
  "/popups/collection": CollectionPopup,
};

export function Widgets() {
  const { path } = usePlace();
  const Shown = Object.hasOwn(SHOWN, path) ? SHOWN[path] : undefined;
  return Shown ? <Shown /> : <Nowhere />;
}
