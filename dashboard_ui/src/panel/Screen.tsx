// Which screen a place shows; the code of widgets and popups comes without that of the pages.

import { lazy, Suspense } from "react";

import { isPage, placeOf, usePlace } from "./bridge/place";
import { Skeletons } from "./parts/Skeletons";
import { fetchWidget, Widgets } from "./Widgets";
import { languageOf, say } from "./words/say";

const loadPages = () => import("./Pages");
const Pages = lazy(async () => ({ default: (await loadPages()).Pages }));

/** Fetches the code of a path's screen, while the Dashboard's handshake is waited for. */
export function fetchScreen(path: string): void {
  void (isPage(path) ? loadPages() : fetchWidget(placeOf(path)));
}

export function Screen({ locale }: { locale: string }) {
  const { path } = usePlace();
  return (
    <div lang={languageOf(locale)}>
      <Suspense fallback={<Skeletons label={say("parts.screen.loading")} lines={4} />}>
        {isPage(path) ? <Pages /> : <Widgets />}
      </Suspense>
    </div>
  );
}
