// An address that is none of the panel's.

import { AppPage } from "../parts/AppPage";
import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";

export function Nowhere() {
  return (
    <AppPage title="There is no such page">
      <Empty title="This address is not one of the app's pages">
        <PlaceLink to="/">Go to the overview</PlaceLink>
      </Empty>
    </AppPage>
  );
}
