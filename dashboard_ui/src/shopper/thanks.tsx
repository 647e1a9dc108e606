// The post-purchase survey: one question about one order. No cookie, no storage, no sign-in.
//
// The address' fragment names the order (#order=<Saleor id>), or holds its token (#token=…). Of an order, Saleor
// itself is asked for the token: whoever knows the order's id may read it there, an account or a guest.

import "./page.css";

import { failed } from "./failed";
import { Survey } from "./survey";
import { Words } from "./words";

const root = document.documentElement;
const shop = new URLSearchParams(location.search).get("saleorApiUrl") ?? "";
const given = new URLSearchParams(location.hash.slice(1));
// Neither the history nor a copied address is to hold a token.
if (given.get("token")) history.replaceState(null, "", location.pathname + location.search);

async function begin(): Promise<void> {
  const words = await Words.load(root.lang);
  document.title = words.t("thanks.title");
  const order = root.dataset.state === "unknown" ? null : given.get("order");
  const token = root.dataset.state === "unknown" ? null : given.get("token");
  await new Survey({ shop, words, order, token }).begin();
}

// Within a storefront: how high this page is, and nothing else, is told to the window around it.
if (window.parent !== window) {
  const grown = () => {
    window.parent.postMessage({ type: "influence:height", height: root.scrollHeight }, "*");
  };
  new ResizeObserver(grown).observe(document.body);
}

begin().catch(failed);
