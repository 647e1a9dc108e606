// The panel opened by its own address: there is no Dashboard to say who is asking.

import { Notice } from "./parts/Notice";
import { Page } from "./parts/Page";

export function Outside() {
  return (
    <main>
      <Page title="Influence" narrow>
        <Notice title="This page lives in the Saleor Dashboard" tone="info">
          Open it there: it needs the Dashboard to say which shop and which staff member is asking.
        </Notice>
      </Page>
    </main>
  );
}
