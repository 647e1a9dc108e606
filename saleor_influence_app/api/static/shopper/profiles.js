// Profiles: one card a network with its ticks, the way to prove ownership, and what was read of it.

import { age } from "./ages.js";
import { given, tick } from "./consents.js";
import { h } from "./dom.js";
import { snapshots } from "./statement.js";
import { networkName, note, really } from "./views.js";

/** How ownership of a profile can be proven; the first is the easiest. */
const METHODS = { mastodon: ["oauth", "nonce", "rel-me"], bluesky: ["nonce"] };

export function profiles(app) {
  const { words, about, statement } = app;
  const known = new Set([...about.networks, ...statement.profiles.map((one) => one.network)]);
  for (const row of statement.consents) if (row.network && given(statement, row.purpose, row.network)) known.add(row.network);
  return h("section", { "aria-labelledby": "profiles" },
    h("h2", { id: "profiles" }, words.t("profiles.title")),
    h("p", {}, words.t("profiles.about")),
    age(app),
    [...known].sort().map((network) => card(app, network)));
}

export function general(app) {
  const { words, about, statement } = app;
  const ofNoNetwork = [...about.wordings, ...statement.consents].filter((one) => one.network === null);
  const purposes = [...new Set(ofNoNetwork.map((one) => one.purpose))].filter((one) => about.enabled || given(statement, one));
  if (!purposes.length) return null;
  return h("section", { "aria-labelledby": "general" },
    h("h2", { id: "general" }, words.t("general.title")),
    h("div", { class: "card" }, purposes.map((purpose) => tick(app, { purpose, name: words.t(`tick.${purpose}`) }))));
}

function card(app, network) {
  const { words, statement } = app;
  const name = networkName(network);
  const profile = statement.profiles.find((one) => one.network === network);
  const agreed = given(statement, "link", network);
  const state = profile ? "linked" : agreed ? "agreed" : "open";
  return h("article", { class: "card", "aria-labelledby": `network-${network}` },
    h("h3", { id: `network-${network}` }, name, " ", h("span", { class: `badge ${state}` }, words.t(`state.${state}`))),
    note(app, `link-${network}`),
    profile && linked(app, profile),
    tick(app, { purpose: "link", network, name: words.t("tick.link", { network: name }) }),
    agreed && !profile && app.about.networks.includes(network) && prove(app, network),
    (profile || given(statement, "score", network)) && tick(app, { purpose: "score", network, name: words.t("tick.score", { network: name }) }));
}

function linked(app, profile) {
  const { words } = app;
  const { network } = profile;
  const id = `notme-${network}`;
  const address = /^https?:\/\//.test(profile.url)
    ? h("a", { id: `open-${network}`, href: profile.url, rel: "noopener noreferrer", target: "_blank" }, profile.handle, h("span", { class: "unseen" }, ` (${words.t("newwindow")})`))
    : profile.handle;
  const gone = () => app.deed(`link-${network}`, () => app.api.post(`/profiles/${network}/not-me`), { done: "notme.done", then: `network-${network}` });
  return [
    h("dl", {},
      h("dt", {}, words.t("profile.handle")), h("dd", {}, address),
      h("dt", {}, words.t("profile.proof")), h("dd", {}, words.known(`proof.${profile.proof}`, profile.proof), ", ", words.moment(profile.proven_at)),
      h("dt", {}, words.t("profile.state")), h("dd", {}, words.known(`profile.${profile.state}`, profile.state), trouble(words, profile)),
      h("dt", {}, words.t("profile.posts")), h("dd", {}, words.t("profile.posts.held", { count: profile.posts_held }))),
    snapshots(app, profile),
    app.asked === id
      ? really(app, id, { text: words.t("notme.really", { network: networkName(network) }), yes: words.t("notme.yes"), deed: gone })
      : h("button", { type: "button", id, "aria-disabled": app.busy && "true", onclick: () => app.ask(id) }, words.t("notme.button")),
  ];
}

function trouble(words, { trouble: said, trouble_reason: reason, network }) {
  if (!said) return null;
  return [". ", words.refusal(reason, networkName(network)) ?? h("span", { lang: "en" }, said)];
}

function prove(app, network) {
  const { words, linking } = app;
  const begun = linking.begun[network];
  if (begun) return begun.method === "oauth" ? away(app, network, begun) : text(app, network, begun);
  const methods = METHODS[network] ?? ["oauth"];
  const needsHandle = network === "mastodon" || !methods.includes("oauth");
  const suggested = app.invitation?.network === network ? app.invitation.handle : "";
  const submit = (event) => {
    event.preventDefault();
    const { handle, method } = event.target.elements;
    linking.begin(network, method?.value || methods[0], handle?.value.trim() ?? "");
  };
  return h("form", { class: "prove", onsubmit: submit, "aria-labelledby": `prove-${network}` },
    h("h4", { id: `prove-${network}` }, words.t("prove.title")),
    methods.length > 1 && h("fieldset", {},
      h("legend", {}, words.t("prove.how")),
      methods.map((method, place) => h("label", { class: "choice", for: `${method}-${network}` },
        h("input", { type: "radio", name: "method", id: `${method}-${network}`, value: method, checked: place === 0 }), " ", words.t(`prove.${method}`, { network: networkName(network) })))),
    needsHandle && [
      h("label", { for: `handle-${network}` }, words.t("prove.handle")),
      h("p", { id: `hint-${network}`, class: "small" }, words.t(`hint.${network}`)),
      h("input", { id: `handle-${network}`, name: "handle", type: "text", required: true, maxlength: 400, autocapitalize: "none", autocomplete: "off", spellcheck: "false", "aria-describedby": `hint-${network}`, value: suggested ?? "" }),
    ],
    h("button", { type: "submit", id: `go-${network}`, class: "main", "aria-disabled": app.busy && "true" }, words.t("prove.go")));
}

function away(app, network, begun) {
  const { words, linking } = app;
  const name = networkName(network);
  return h("div", { class: "prove" },
    h("p", { id: `next-${network}` }, words.t("away.text", { network: name })),
    h("div", { class: "buttons" },
      h("a", { id: `away-${network}`, href: begun.url, target: "influence-link", rel: "opener" }, words.t("away.open", { network: name })),
      h("button", { type: "button", id: `cancel-${network}`, onclick: () => linking.cancel(network) }, words.t("cancel"))));
}

function text(app, network, begun) {
  const { words, linking } = app;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(begun.put);
      app.note(`copy-${network}`, "good", words.t("copied"));
    } catch {
      getSelection().selectAllChildren(document.getElementById(`put-${network}`));
      app.note(`copy-${network}`, "", words.t("copy.byhand"));
      return;
    }
    app.draw();
  };
  return h("div", { class: "prove" },
    h("h4", { id: `next-${network}` }, words.t("put.title")),
    h("ol", {},
      h("li", {}, words.t(begun.method === "nonce" ? "put.nonce" : "put.relme", { network: networkName(network) }),
        h("div", { class: "put" }, h("code", { id: `put-${network}` }, begun.put), h("button", { type: "button", id: `copy-${network}`, onclick: copy }, words.t("copy"))),
        note(app, `copy-${network}`)),
      h("li", {}, words.t("put.then")),
      h("li", {}, words.t("put.after"))),
    h("p", { class: "small" }, words.t("put.until", { moment: words.moment(begun.expires_at) })),
    h("div", { class: "buttons" },
      h("button", { type: "button", id: `done-${network}`, class: "main", "aria-disabled": app.busy && "true", onclick: () => linking.finish(network) }, words.t("put.done")),
      h("button", { type: "button", id: `cancel-${network}`, onclick: () => linking.cancel(network) }, words.t("cancel"))));
}
