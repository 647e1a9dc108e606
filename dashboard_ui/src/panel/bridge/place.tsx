// Which of the panel's places is shown, and the way to another one.

import { actions, type AppBridge } from "@saleor/app-sdk/app-bridge";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";

interface Place {
  path: string;
  go: (path: string) => void;
}

const PlaceContext = createContext<Place | null>(null);
const EVIDENCE = "/evidence/";

/** "/widgets/customer/" and "/widgets/customer" are the same place. */
export function placeOf(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}

export function evidencePlace(customerId: string): string {
  return `${EVIDENCE}${encodeURIComponent(customerId)}`;
}

/** The customer whose evidence a place shows; null for every other place. */
export function customerAt(place: string): string | null {
  if (!place.startsWith(EVIDENCE)) return null;
  const written = place.slice(EVIDENCE.length);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/** The Dashboard's address of one of the app's pages. */
export function appAddress(appId: string, path: string): string {
  return `/extensions/app/${encodeURIComponent(appId)}${path === "/" ? "" : path}`;
}

/** Whether a path is a page of the app, and not a widget or popup in one of the Dashboard's. */
export function isPage(path: string): boolean {
  return !/^\/(widgets|popups)\//.test(path);
}

export function Places({ bridge, children }: { bridge: AppBridge; children: ReactNode }) {
  const [path, setPath] = useState(() => placeOf(window.location.pathname));
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [path]);
  const go = useCallback(
    (to: string) => {
      const { id } = bridge.getState();
      if (isPage(path)) {
        setPath(to);
        bridge.dispatch(actions.UpdateRouting({ newRoute: to })).catch(() => undefined);
      } else {
        // A widget has no room for a page: the Dashboard opens the app.
        bridge.dispatch(actions.Redirect({ to: appAddress(id, to) })).catch(() => undefined);
      }
    },
    [bridge, path],
  );
  const place = useMemo(() => ({ path, go }), [path, go]);
  return <PlaceContext.Provider value={place}>{children}</PlaceContext.Provider>;
}

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error("usePlace needs Places around it.");
  return place;
}
