// Which screen a path shows.

import { CustomerPopup } from "./customer/CustomerPopup";
import { CustomerWidget } from "./customer/CustomerWidget";
import { OrderWidget } from "./mounts/OrderWidget";
import { Promised } from "./mounts/Promised";
import { promiseFor } from "./mounts/promises";
import { OverviewPage } from "./overview/OverviewPage";
import { Page } from "./parts/Page";
import { Widget } from "./parts/Widget";

/** "/widgets/customer/" and "/widgets/customer" are the same place. */
export function placeOf(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}

export function Screen({ path }: { path: string }) {
  const place = placeOf(path);
  if (place === "/") return <OverviewPage />;
  if (place === "/widgets/customer") return <CustomerWidget />;
  if (place === "/widgets/order") return <OrderWidget />;
  if (place === "/popups/customer") return <CustomerPopup />;
  const promise = promiseFor(place);
  if (place.startsWith("/widgets/")) {
    return (
      <Widget>
        <Promised promise={promise} />
      </Widget>
    );
  }
  return (
    <Page title={promise.title}>
      <Promised promise={promise} />
    </Page>
  );
}
