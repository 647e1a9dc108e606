// Which page of the app a path shows.

import { customerAt, usePlace } from "./bridge/place";
import { CodesPage } from "./codes/CodesPage";
import { CustomersPage } from "./customers/CustomersPage";
import { EvidencePage } from "./evidence/EvidencePage";
import { CatalogPage } from "./mounts/CatalogPage";
import { Nowhere } from "./mounts/Nowhere";
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

const PAGES: Record<string, () => React.JSX.Element> = {
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
};

export function Pages() {
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
  const Shown = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
  return Shown ? <Shown /> : <Nowhere />;
}
