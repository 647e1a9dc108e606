// The panel in its frame: theme, bridge to the Dashboard, cache, session, screen.

import { AppBridge, AppBridgeProvider } from "@saleor/app-sdk/app-bridge";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";

import { createQueries } from "./api/queries";
import { Session } from "./bridge/Session";
import { Places } from "./bridge/place";
import { Screen } from "./Screen";

export function Framed() {
  // The bridge says hello from an effect in Session: sooner, and React would miss the handshake.
  const [bridge] = useState(() => new AppBridge({ autoNotifyReady: false }));
  const [queries] = useState(createQueries);
  return (
    <main>
      <AppBridgeProvider appBridgeInstance={bridge}>
        <QueryClientProvider client={queries}>
          <Places bridge={bridge}>
            <Session bridge={bridge}>
              <Screen />
            </Session>
          </Places>
        </QueryClientProvider>
      </AppBridgeProvider>
    </main>
  );
}
