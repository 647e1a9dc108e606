// The places where installed apps show themselves: widgets, menu entries, popups.

import { ask } from "./api.js";
import { element, toast } from "./dom.js";
import { absolute, getFrame, postFrame, surroundings } from "./frames.js";

let known = { list: [], version: "" };

/** Asks again which extensions there are for this member of staff. */
export async function loadExtensions() {
  const { appExtensions, me, shop } = await ask(`{me{userPermissions{code}} shop{version} appExtensions(first:100){edges{node{
    id label url mountName targetName settings identifier accessToken permissions{code} app{id name appUrl isActive}}}}}`);
  const held = new Set(me.userPermissions.map((item) => item.code));
  const all = appExtensions.edges.map((edge) => edge.node);
  known = {
    version: shop.version,
    list: all.filter((item) => item.permissions.every(({ code }) => held.has(code))).sort((a, b) => a.label.localeCompare(b.label)),
  };
}

export function extensionsAt(mount) {
  return known.list.filter((item) => item.mountName === mount);
}

function framed(extension, context, method) {
  const common = { app: extension.app, extension, address: absolute(extension), token: extension.accessToken, context };
  return method === "POST" ? postFrame(common) : getFrame({ ...common, target: "WIDGET", coreVersion: known.version });
}

function widget(extension, context, method) {
  const title = element("h2", {}, extension.label, element("span", { class: "quiet" }, extension.app.name));
  return element("section", { class: "widget", "aria-label": extension.label }, title, framed(extension, context, method));
}

/** The widgets of a page, or nothing. */
export function widgets(mount, context) {
  return extensionsAt(mount).map((item) =>
    item.targetName === "WIDGET"
      ? widget(item, context, item.settings?.widgetTarget?.method ?? "GET")
      : element("p", {}, element("button", { onclick: () => open(item, context) }, item.label)),
  );
}

/** The widgets of the home page; POST unless the manifest says otherwise. */
export function homeWidgets() {
  return extensionsAt("HOMEPAGE_WIDGETS").map((item) => {
    const made = widget(item, {}, item.settings?.homeWidgetTarget?.method ?? item.settings?.widgetTarget?.method ?? "POST");
    made.querySelector("iframe").style.height = "320px";
    return made;
  });
}

function open(extension, context) {
  if (extension.targetName === "POPUP") return popup(extension, context);
  if (extension.targetName === "NEW_TAB") return window.open(absolute(extension));
  surroundings.navigate(`/extensions/app/${encodeURIComponent(extension.app.id)}${extension.url}`);
}

function popup(extension, context) {
  surroundings.closePopup();
  const frame = getFrame({
    app: extension.app, extension, target: "POPUP", address: absolute(extension),
    token: extension.accessToken, context, coreVersion: known.version,
  });
  const shut = element("button", { onclick: () => surroundings.closePopup(), "aria-label": "Close" }, "Close");
  const head = element("header", {}, element("h2", {}, extension.label), shut);
  const shown = element("dialog", { onclose: () => shown.remove() }, element("div", {}, head, frame));
  document.body.append(shown);
  shown.showModal();
}

surroundings.closePopup = () => document.querySelector("dialog")?.close();
surroundings.openPopup = (appId, identifier, appParams) => {
  const found = known.list.find((item) => item.app.id === appId && item.identifier === identifier && item.targetName === "POPUP");
  if (!found) {
    console.warn(`No popup ${identifier} of this app`);
    return false;
  }
  popup(found, { appParams });
  return true;
};

/** The menu of further actions: those of apps; `context` is asked when one is chosen. */
export function moreActions(mount, context) {
  const entries = extensionsAt(mount);
  const list = element("menu", { hidden: true }, entries.map((item) =>
    element("button", { onclick: () => { list.hidden = true; open(item, context()); } }, item.label)));
  const toggle = () => (entries.length ? (list.hidden = !list.hidden) : toast({ title: "No app adds an action here" }));
  return element("div", { class: "more" }, element("button", { onclick: toggle, "aria-label": "More actions" }, "⋯"), list);
}
