// Puts the screen that the path names into the page, inside the Dashboard's session.

import "@saleor/macaw-ui/style";
import "./style.css";

import { AppBridge, AppBridgeProvider } from "@saleor/app-sdk/app-bridge";
import { ThemeProvider } from "@saleor/macaw-ui";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { createQueries } from "./api/queries";
import { Session } from "./bridge/Session";
import { themeOf } from "./bridge/Theme";
import { Screen } from "./Screen";

// The bridge says hello from an effect in Session: sooner, and React would miss the handshake.
const bridge = new AppBridge({ autoNotifyReady: false });
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

createRoot(root).render(
  <StrictMode>
    <ThemeProvider defaultTheme={themeOf(bridge.getState().theme)}>
      <AppBridgeProvider appBridgeInstance={bridge}>
        <QueryClientProvider client={createQueries()}>
          <Session bridge={bridge} framed={window.parent !== window}>
            <Screen path={window.location.pathname} />
          </Session>
        </QueryClientProvider>
      </AppBridgeProvider>
    </ThemeProvider>
  </StrictMode>,
);
