// Back from a network: hand its answer to the page that was left, in this tab or in the one that opened it.

import { Words } from "./words.js";

const PATIENCE = 1500;
const query = new URLSearchParams(location.search);
const answer = { type: "influence:returned", state: query.get("state"), code: query.get("code"), error: query.get("error") };
history.replaceState(null, "", location.pathname);

let place = {};
try {
  place = JSON.parse(sessionStorage.getItem("influence")) ?? {};
} catch {
  // A browser that keeps nothing: the page that opened this one is still there.
}

function goOn() {
  if (!place.shop || !answer.state) return tell("return.lost");
  const page = new URL("../shopper", location.href);
  page.search = new URLSearchParams({ saleorApiUrl: place.shop, lang: place.language ?? "" });
  const known = Object.entries(answer).filter(([key, value]) => key !== "type" && value !== null);
  page.hash = new URLSearchParams(known);
  location.replace(page);
}

async function tell(key) {
  const words = await Words.load(place.language ?? document.documentElement.lang);
  document.documentElement.lang = words.language;
  document.title = document.getElementById("title").textContent = words.t("return.title");
  document.getElementById("text").textContent = words.t(key);
}

if (place.theme) document.documentElement.dataset.theme = place.theme;
if (window.opener) {
  const timer = setTimeout(goOn, PATIENCE);
  addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.data?.type !== "influence:taken") return;
    clearTimeout(timer);
    tell("return.done");
    window.close();
  });
  window.opener.postMessage(answer, location.origin);
} else goOn();
