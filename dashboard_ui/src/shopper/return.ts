// Back from a network: hand its answer to the page that was left, in this tab or in the one that opened it.

import { recall } from "./kept";
import { type Key, Words } from "./words";

const PATIENCE = 1500;
const root = document.documentElement;
const query = new URLSearchParams(location.search);
const given = {
  state: query.get("state"),
  code: query.get("code"),
  error: query.get("error"),
};
history.replaceState(null, "", location.pathname);
const place = recall();

/** Open the page in this tab, with what the network gave in the fragment, which no server sees. */
function goOn(): void {
  if (!place.shop || !given.state) {
    void tell("return.lost");
    return;
  }
  const page = new URL("../shopper", location.href);
  const search = { saleorApiUrl: place.shop, lang: place.language ?? "" };
  page.search = new URLSearchParams(search).toString();
  const known = Object.entries(given).filter((one): one is [string, string] => one[1] !== null);
  page.hash = new URLSearchParams(known).toString();
  location.replace(page);
}

async function tell(key: Key): Promise<void> {
  const words = await Words.load(place.language ?? root.lang);
  root.lang = words.language;
  document.title = words.t("return.title");
  write("title", document.title);
  write("text", words.t(key));
}

function write(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}

if (place.theme) root.dataset.theme = place.theme;
if (window.opener) {
  const timer = setTimeout(goOn, PATIENCE);
  addEventListener("message", ({ origin, data }: MessageEvent<{ type?: string } | null>) => {
    if (origin !== location.origin || data?.type !== "influence:taken") return;
    clearTimeout(timer);
    void tell("return.done");
    window.close();
  });
  const answer = { type: "influence:returned", ...given };
  (window.opener as Window).postMessage(answer, location.origin);
} else goOn();
