// Frames of apps: the same addresses, limits and messages as in Saleor's dashboard.

import { apiUrl, ask, claims } from "./api.js";
import { element, toast } from "./dom.js";

const SANDBOX = "allow-same-origin allow-forms allow-scripts allow-downloads allow-popups";
const DASHBOARD_VERSION = "3.23.27";
const FIRST_HEIGHT = 200;
const LARGEST_HEIGHT = 5000;
const EARLY_MS = 30_000;
const LEAST_DELAY_MS = 30_000;
const frames = new Set();
export const surroundings = { theme: "light", locale: "en", navigate: () => {}, refresh: () => {}, openPopup: () => false, closePopup: () => {} };

function withQuery(address, ...queries) {
  const parts = queries.map((query) => String(query).replace(/^\?/, "")).filter(Boolean);
  return parts.length ? `${address}${address.includes("?") ? "&" : "?"}${parts.join("&")}` : address;
}

/** The address of a GET frame: the page's own query first, then who asks, then the context. */
export function frameAddress(appId, address, context = {}) {
  const params = { domain: new URL(apiUrl).host, saleorApiUrl: apiUrl, id: appId, ...context };
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  const query = entries.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  return withQuery(address, location.search, query);
}

export function absolute(extension) {
  return /^https?:/.test(extension.url) ? extension.url : (extension.app.appUrl ?? "").replace(/\/$/, "") + extension.url;
}

function respond(frame, actionId, ok) {
  frame.post({ type: "response", payload: { actionId, ok } });
}

function handshake(frame) {
  const versions = { saleorVersion: frame.target === "WIDGET" ? "" : frame.coreVersion, dashboardVersion: DASHBOARD_VERSION };
  frame.post({ type: "handshake", payload: { token: frame.token, version: 1, ...versions } });
}

function redirect(frame, { to, newContext }) {
  if (!to.startsWith("/")) {
    if (newContext) window.open(to);
    else if (window.confirm("You are about to leave the admin page. Go on?")) location.href = to;
    else return false;
    return true;
  }
  if (newContext) window.open(`/dashboard${to}`);
  else if (to.startsWith(frame.place) && location.pathname.startsWith(`/dashboard${frame.place}`)) {
    history.pushState(null, "", `/dashboard${to}`);
  } else {
    surroundings.closePopup();
    surroundings.navigate(to);
  }
  return true;
}

const actions = {
  notifyReady: (frame) => (handshake(frame), true),
  notification: (_frame, payload) => (toast(payload), true),
  redirect,
  updateRouting: (frame, { newRoute }) => (history.pushState(null, "", `/dashboard${frame.place}/${newRoute.replace(/^\//, "")}`), true),
  widgetResize: (frame, { height }) => {
    if (Number.isFinite(height) && height > 0) frame.node.style.height = `${Math.min(Math.ceil(height), LARGEST_HEIGHT)}px`;
    return true;
  },
  refreshEntity: () => (surroundings.refresh(), true),
  popupClose: () => (surroundings.closePopup(), true),
  openPopup: (frame, { extensionIdentifier, appParams }) =>
    frame.target === "WIDGET" && surroundings.openPopup(frame.appId, extensionIdentifier, appParams),
  requestPermissions: (frame, { permissions, redirectPath }) => {
    if (!permissions.length || !redirectPath) return false;
    const query = new URLSearchParams({ redirectPath, requestedPermissions: permissions.join(",") });
    surroundings.navigate(`${frame.place}/edit/permissions?${query}`);
    return true;
  },
};
const ofPostFrames = new Set(["widgetResize"]);

window.addEventListener("message", ({ origin, data }) => {
  // Like the real dashboard, frames are told apart by their origin only.
  for (const frame of frames) {
    const action = actions[data?.type];
    if (!frame.node.isConnected) forget(frame);
    else if (frame.origin === origin && action && data.payload?.actionId && (frame.method === "GET" || ofPostFrames.has(data.type))) {
      respond(frame, data.payload.actionId, Boolean(action(frame, data.payload)));
    }
  }
});

function forget(frame) {
  clearTimeout(frame.timer);
  frames.delete(frame);
}

async function freshToken(frame) {
  const query = "query($id:ID!){app(id:$id){accessToken extensions{id accessToken}}}";
  const { app } = await ask(query, { id: frame.appId });
  return frame.extensionId ? app.extensions.find((item) => item.id === frame.extensionId).accessToken : app.accessToken;
}

function keepFresh(frame) {
  const due = claims(frame.token).exp * 1000 - EARLY_MS - Date.now();
  frame.timer = setTimeout(async () => {
    if (!frame.node.isConnected) return forget(frame);
    try {
      frame.token = await freshToken(frame);
      frame.post({ type: "tokenRefresh", payload: { token: frame.token } });
    } catch (error) {
      toast({ status: "error", title: "The app's token could not be renewed", text: error.message });
    }
    keepFresh(frame);
  }, Math.max(due, LEAST_DELAY_MS));
}

/** Tell all frames of the change. */
export function announce(message) {
  for (const frame of frames) if (frame.method === "GET") frame.post(message);
}

function register(frame) {
  frame.origin = new URL(frame.address).origin;
  frame.place = `/extensions/app/${encodeURIComponent(frame.appId)}`;
  frame.post = (message) => frame.node.contentWindow?.postMessage(message, frame.origin);
  frames.add(frame);
  keepFresh(frame);
}

/** A frame that is fetched with GET and then handed its token by message. */
export function getFrame({ app, extension, target, address, token, context = {}, coreVersion }) {
  const twice = target === "WIDGET" ? frameAddress(app.id, address) : address;
  const source = frameAddress(app.id, twice, { ...context, "featureFlags[extensions]": "true", theme: surroundings.theme });
  const node = element("iframe", { src: source, sandbox: SANDBOX, "data-test-id": "app-frame", title: extension?.label ?? app.name });
  const frame = { node, address, target, method: "GET", token, appId: app.id, extensionId: extension?.id, coreVersion };
  if (target === "WIDGET") node.style.height = `${FIRST_HEIGHT}px`;
  node.addEventListener("load", () => {
    handshake(frame);
    frame.post({ type: "localeChanged", payload: { locale: surroundings.locale } });
    frame.post({ type: "theme", payload: { theme: surroundings.theme } });
    const path = location.pathname.replace(`/dashboard${frame.place}`, "").replace("/dashboard", "");
    frame.post({ type: "redirect", payload: { path: path || "/" } });
  });
  register(frame);
  return node;
}

/** A frame that is fetched with POST: the token is in the body, and nothing but resizing is listened to. */
export function postFrame({ app, extension, address, token, context = {} }) {
  const name = `ext-frame-${extension.id}`;
  const fields = Object.entries({ saleorApiUrl: apiUrl, accessToken: token, appId: app.id, ...context });
  const form = element("form", { action: address, method: "POST", target: name, hidden: true },
    fields.map(([key, value]) => element("input", { type: "hidden", name: key, value })));
  const node = element("iframe", { name, sandbox: SANDBOX, title: extension.label });
  node.style.height = `${FIRST_HEIGHT}px`;
  register({ node, address, target: "WIDGET", method: "POST", token, appId: app.id, extensionId: extension.id });
  queueMicrotask(() => setTimeout(() => form.submit()));
  return element("div", {}, form, node);
}
