// Which screen a place shows.

import { customerAt, usePlace } from "./bridge/place";
import { CodesPage } from "./codes/CodesPage";
import { VoucherWidget } from "./codes/VoucherWidget";
import { CustomerPopup } from "./customer/CustomerPopup";
import { CustomerWidget } from "./customer/CustomerWidget";
import { CustomersPage } from "./customers/CustomersPage";
import { CustomersPopup } from "./customers/CustomersPopup";
import { EvidencePage } from "./evidence/EvidencePage";
import { HomeWidget } from "./influence/HomeWidget";
import { Nowhere } from "./mounts/Nowhere";
import { OrderWidget } from "./mounts/OrderWidget";
import { OverviewPage } from "./overview/OverviewPage";
import { PrivacyPage } from "./privacy/PrivacyPage";
import { ProfilesPage } from "./profiles/ProfilesPage";
import { RunsPage } from "./runs/RunsPage";
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
  "/discounts": CodesPage,
  "/widgets/customer": CustomerWidget,
  "/widgets/order": OrderWidget,
  "/widgets/voucher": VoucherWidget,
  "/widgets/home": HomeWidget,
  "/popups/customer": CustomerPopup,
  "/popups/customers": CustomersPopup,
};

export function Screen() {
  const { path } = usePlace();
  const customerId = customerAt(path);
  if (customerId !== null) return <EvidencePage key={customerId} customerId={customerId} />;
  const Shown = Object.hasOwn(SCREENS, path) ? SCREENS[path] : undefined;
  return Shown ? <Shown /> : <Nowhere />;
}
