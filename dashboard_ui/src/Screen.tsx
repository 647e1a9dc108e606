// Which screen a place shows.

import { customerAt, usePlace } from "./bridge/place";
import { CodesPage } from "./codes/CodesPage";
import { VoucherPopup, VoucherWidget } from "./codes/VoucherWidget";
import { CustomerPopup } from "./customer/CustomerPopup";
import { CustomerWidget } from "./customer/CustomerWidget";
import { CustomersPage } from "./customers/CustomersPage";
import { CustomersPopup } from "./customers/CustomersPopup";
import { EvidencePage } from "./evidence/EvidencePage";
import { HomeWidget } from "./influence/HomeWidget";
import { CatalogPage } from "./mounts/CatalogPage";
import { CategoryPopup } from "./mounts/CategoryPopup";
import { CollectionPopup } from "./mounts/CollectionPopup";
import { GiftCardPopup, GiftCardWidget } from "./mounts/GiftCardWidget";
import { Nowhere } from "./mounts/Nowhere";
import { DraftOrderWidget, OrderPopup, OrderWidget } from "./mounts/OrderWidget";
import { ProductPopup, ProductWidget } from "./mounts/ProductWidget";
import { OverviewPage } from "./overview/OverviewPage";
import { NewPerkPage } from "./perks/NewPerkPage";
import { PerkPage } from "./perks/PerkPage";
import { PerksPage } from "./perks/PerksPage";
import { PerkUsesPage } from "./perks/PerkUsesPage";
import { newKindAt, perkAt } from "./perks/place";
import { PrivacyPage } from "./privacy/PrivacyPage";
import { ProfilesPage } from "./profiles/ProfilesPage";
import { RunsPage } from "./runs/RunsPage";
import { SegmentPage } from "./segments/SegmentPage";
import { SegmentsPage } from "./segments/SegmentsPage";
import { segmentPlaceOf } from "./segments/place";
import { SettingsPage } from "./settings/SettingsPage";
import { productAt } from "./spread/place";
import { ProductPage } from "./spread/ProductPage";
import { ProductsPage } from "./spread/ProductsPage";
import { TiesPage } from "./ties/TiesPage";
import { TrialsPage } from "./trials/TrialsPage";

const SCREENS: Record<string, () => React.JSX.Element> = {
  "/": OverviewPage,
  "/customers": CustomersPage,
  "/ties": TiesPage,
  "/profiles": ProfilesPage,
  "/privacy-settings": PrivacyPage,
  "/trials": TrialsPage,
  "/runs": RunsPage,
  "/segments": SegmentsPage,
  "/settings": SettingsPage,
  "/discounts": CodesPage,
  "/orders": PerkUsesPage,
  "/catalog": CatalogPage,
  "/products": ProductsPage,
  "/perks": PerksPage,
  "/perks/new": NewPerkPage,
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

export function Screen() {
  const { path } = usePlace();
  const customerId = customerAt(path);
  if (customerId !== null) return <EvidencePage key={customerId} customerId={customerId} />;
  const productId = productAt(path);
  if (productId !== null) return <ProductPage key={productId} productId={productId} />;
  const perkId = perkAt(path);
  if (perkId !== null) return <PerkPage key={perkId} id={perkId} />;
  const kind = newKindAt(path);
  if (kind !== null) return <NewPerkPage key={kind} kind={kind} />;
  const segment = segmentPlaceOf(path);
  if (segment !== null && segment.kind !== "list")
    return <SegmentPage key={path} place={segment} />;
  const Shown = Object.hasOwn(SCREENS, path) ? SCREENS[path] : undefined;
  return Shown ? <Shown /> : <Nowhere />;
}
