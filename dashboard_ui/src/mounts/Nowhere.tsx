// An address that is none of the panel's.

import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";

export function Nowhere() {
  return (
    <Page title="Nothing lives here">
      <Empty title="This address is not one of the app's pages">
        Open the app from the Dashboard&apos;s menu.
      </Empty>
    </Page>
  );
}
