// The panel opened by its own address: there is no Dashboard to say who is asking.

import { Notice } from "./parts/Notice";
import { Page } from "./parts/Page";
import { say } from "./words/say";

export function Outside() {
  return (
    <main>
      <Page title="Influence" narrow>
        <Notice title={say("parts.outside.title")} tone="info">
          {say("parts.outside")}
        </Notice>
      </Page>
    </main>
  );
}
