// The panel in its frame: theme, bridge to the Dashboard, cache, session, screen.

import { AppBridge, AppBridgeProvider } from "@saleor/app-sdk/app-bridge";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";

import { createQueries } from "./api/queries";
import { Session } from "./bridge/Session";
import { Places } from "./bridge/place";
import { Screen } from "./Screen";

type Options = NonNullable<ConstructorParameters<typeof AppBridge>[0]>;

/** The Dashboard's comes in a message; until then the browser's. */
const initialLocale = window.navigator.language as NonNullable<Options["initialLocale"]>;

export function Framed() {
  // The bridge says hello from an effect in Session: sooner, and React would miss the handshake.
  const [bridge] = useState(() => new AppBridge({ autoNotifyReady: false, initialLocale }));
  const [queries] = useState(createQueries);
  return (
    <main>
      <AppBridgeProvider appBridgeInstance={bridge}>
        <QueryClientProvider client={queries}>
          <Places bridge={bridge}>
            <Session bridge={bridge}>{(locale) => <Screen locale={locale} />}</Session>
          </Places>
        </QueryClientProvider>
      </AppBridgeProvider>
    </main>
  );
}
