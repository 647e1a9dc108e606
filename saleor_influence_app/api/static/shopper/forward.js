// A link to forward to friends: copied, shared or sent by mail, by the customer's own hand.

import { h, say } from "./dom.js";

/** Return what a sender sees of a perk's link. */
export function forward({ words }, one) {
  const { link, reward, return_days: days, most, rewards } = one.referral;
  const place = `link-${one.id}`;
  const values = { amount: words.money(reward), days, most };
  const mail = new URLSearchParams({ subject: words.t("perks.link.subject"), body: words.t("perks.link.body", { link }) });
  return [
    h("p", {}, words.t("perks.link.about", values)),
    h("label", { for: place }, words.t("perks.link")),
    h("input", { id: place, type: "text", readonly: true, value: link, onfocus: (event) => event.target.select() }),
    h("p", { class: "buttons" },
      h("button", { type: "button", id: `copy-${place}`, onclick: () => copy(words, place) }, words.t("perks.link.copy")),
      navigator.share && h("button", { type: "button", id: `share-${place}`, onclick: () => share(words, place, link) }, words.t("perks.link.share")),
      // A mail program reads a plus sign as one.
      h("a", { href: `mailto:?${mail.toString().replaceAll("+", "%20")}`, target: "_top" }, words.t("perks.link.mail"))),
    h("p", { id: `told-${place}`, class: "small" }),
    rewards > 0 && h("p", { class: "small" }, words.t("perks.link.rewards", { count: rewards })),
  ];
}

function tell(place, text) {
  document.getElementById(`told-${place}`).textContent = text;
  say(text);
}

function copy(words, place) {
  document.getElementById(place).select();
  // A storefront's frame has no permission for navigator.clipboard; this needs none.
  tell(place, words.t(document.execCommand("copy") ? "perks.link.copied" : "perks.link.marked"));
}

async function share(words, place, link) {
  try {
    await navigator.share({ text: words.t("perks.link.body", { link }), url: link });
  } catch (error) {
    if (error.name !== "AbortError") copy(words, place);
  }
}
