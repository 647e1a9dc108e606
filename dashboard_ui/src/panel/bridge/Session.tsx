// The Dashboard's session: shows the screen once there is a token, and says plainly why there is none.

import type { AppBridge } from "@saleor/app-sdk/app-bridge";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";

import { createApi } from "../api/client";
import { createSaleor } from "../api/saleor";
import { createFormat } from "../format/format";
import { speak } from "../words/say";
import { isPage, usePlace } from "./place";
import { FollowTheme } from "./Theme";
import { type Shop, ShopContext } from "./shop";
import { useBridgeValue } from "./state";
import { askForToken, bridgeTokens } from "./tokens";
import { Waiting } from "./Waiting";

interface Props {
  bridge: AppBridge;
  /** What is shown, in this locale: it is said anew when the Dashboard's changes. */
  children: (locale: string) => ReactNode;
}

/** Asks the failed questions again when the Dashboard sends a new token. */
function useRecovery(token: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (token === undefined) return;
    void queries.refetchQueries({ predicate: (query) => query.state.status === "error" });
  }, [queries, token]);
}

/** The Dashboard's locale, once its words are there; until then, and where they cannot be had, the one before. */
function useSpokenLocale(bridge: AppBridge): string {
  const { path } = usePlace();
  const isAPage = isPage(path);
  const wanted = useBridgeValue(bridge, (state) => state.locale);
  const [spoken, setSpoken] = useState<string>(wanted);
  useEffect(() => {
    let isWanted = true;
    const change = () => {
      if (isWanted) setSpoken(wanted);
    };
    speak(wanted, isAPage).then(change, () => undefined);
    return () => {
      isWanted = false;
    };
  }, [wanted, isAPage]);
  return spoken;
}

function useShopOf(bridge: AppBridge, locale: string): Shop {
  const saleorApiUrl = useBridgeValue(bridge, (state) => state.saleorApiUrl);
  const connection = useMemo(() => {
    const tokens = bridgeTokens(bridge);
    return {
      api: createApi({ saleorApiUrl, tokens }),
      saleor: createSaleor({ saleorApiUrl, tokens }),
      params: new URLSearchParams(window.location.search),
    };
  }, [bridge, saleorApiUrl]);
  return useMemo(
    () => ({ ...connection, bridge, format: createFormat(locale) }),
    [bridge, connection, locale],
  );
}

export function Session({ bridge, children }: Props) {
  const token = useBridgeValue(bridge, (state) => state.token);
  const locale = useSpokenLocale(bridge);
  const shop = useShopOf(bridge, locale);
  useRecovery(token);
  useEffect(() => {
    askForToken(bridge);
  }, [bridge]);

  return (
    <>
      <FollowTheme bridge={bridge} />
      {token === undefined && (
        <Waiting
          onAskAgain={() => {
            askForToken(bridge);
          }}
        />
      )}
      {token !== undefined && (
        <ShopContext.Provider value={shop}>{children(locale)}</ShopContext.Provider>
      )}
    </>
  );
}
