// Installed apps: their list, their pages, and what they ask for.

import { ask, change } from "./api.js";
import { card, day, element, link, status, table, toast } from "./dom.js";
import { loadExtensions } from "./extensions.js";
import { getFrame, surroundings } from "./frames.js";

const INSTALL_POLL_MS = 400;

function title(words) {
  document.title = `${words} · Pocket Saleor`;
  return element("header", { class: "top" }, element("h1", {}, words));
}

async function attempt(words, work) {
  try {
    await work();
    await loadExtensions();
  } catch (error) {
    toast({ status: "error", title: words, text: error.message });
  }
  surroundings.refresh();
}

async function install(manifestUrl) {
  const { manifest } = await change(`mutation($url:String!){appFetchManifest(manifestUrl:$url){manifest{name permissions{code}} errors{message}}}`, { url: manifestUrl });
  const permissions = manifest.permissions.map((item) => item.code);
  const begun = await change(`mutation($input:AppInstallInput!){appInstall(input:$input){appInstallation{id} errors{message}}}`,
    { input: { appName: manifest.name, manifestUrl, permissions, activateAfterInstallation: true } });
  for (;;) {
    await new Promise((done) => setTimeout(done, INSTALL_POLL_MS));
    const { appsInstallations } = await ask("{appsInstallations{id status message}}");
    const found = appsInstallations.find((item) => item.id === begun.appInstallation.id);
    if (!found) return toast({ status: "success", title: `${manifest.name} is installed` });
    if (found.status === "FAILED") throw new Error(found.message);
  }
}

function installForm() {
  const address = element("input", { type: "url", required: true, placeholder: "http://127.0.0.1:8080/api/manifest", name: "manifest" });
  const submit = (event) => {
    event.preventDefault();
    attempt("The app could not be installed", () => install(address.value));
  };
  return card("Install an app", element("form", { onsubmit: submit },
    element("label", { class: "field" }, "Address of its manifest", address), element("button", { class: "main" }, "Install")));
}

function appRow(app) {
  const run = (words, mutation) => element("button", { onclick: () =>
    attempt(words, () => change(`mutation($id:ID!){${mutation}(id:$id){errors{message}}}`, { id: app.id })) }, words);
  return [link(`/extensions/app/${encodeURIComponent(app.id)}`, app.name), app.version ?? "", day(app.created), status(app.isActive ? "ACTIVE" : "OFF"),
    element("div", {}, app.isActive ? run("Switch off", "appDeactivate") : run("Switch on", "appActivate"), " ", run("Remove", "appDelete"))];
}

function problems(app) {
  const open = app.problems.filter((item) => !item.dismissed);
  return open.map((item) => element("section", { class: "card problem" }, element("h2", {}, `${app.name}: ${item.key}`), item.message, ` (${item.count} times)`));
}

export async function appList() {
  const { apps, appsInstallations } = await ask(`{apps(first:50){edges{node{id name version created isActive problems(limit:10){key message count dismissed{by}}}}}
    appsInstallations{id appName status message}}`);
  const nodes = apps.edges.map((edge) => edge.node);
  const failed = appsInstallations.map((item) => element("section", { class: "card problem" }, element("h2", {}, `${item.appName}: ${item.status.toLowerCase()}`), item.message ?? "",
    item.status === "FAILED" && element("p", {}, element("button", { onclick: () => attempt("Forget", () =>
      change("mutation($id:ID!){appDeleteFailedInstallation(id:$id){errors{message}}}", { id: item.id })) }, "Forget"))));
  return [title("Apps"), ...nodes.flatMap(problems), ...failed,
    element("section", { class: "card flush" }, table(["App", "Version", "Since", "State", ""], nodes.map(appRow), "No app is installed")), installForm()];
}

export async function appPage([key, path], search) {
  const { app, shop } = await ask("query($id:ID!){shop{version} app(id:$id){id name appUrl accessToken isActive}}", { id: key });
  if (!app?.isActive) return [title("This app is not there, or it is switched off"), link("/extensions/installed", "All apps")];
  const inside = path || `/${search.get("appPath") ?? ""}`;
  const frame = getFrame({ app, target: "APP_PAGE", address: app.appUrl.replace(/\/$/, "") + inside, token: app.accessToken, coreVersion: shop.version });
  return [element("div", { class: "app-page" }, title(app.name), frame)];
}

export async function permissionPage([key], search) {
  const { app } = await ask("query($id:ID!){app(id:$id){name permissions{code}}}", { id: key });
  const wanted = (search.get("requestedPermissions") ?? "").split(",").filter(Boolean);
  const back = `/extensions/app/${encodeURIComponent(key)}?appPath=${search.get("redirectPath") ?? ""}`;
  const grant = () => attempt("Grant", async () => {
    const permissions = [...new Set([...app.permissions.map((item) => item.code), ...wanted])];
    await change("mutation($id:ID!,$permissions:[PermissionEnum!]){appUpdate(id:$id,input:{permissions:$permissions}){errors{message}}}", { id: key, permissions });
    history.pushState(null, "", `/dashboard${back}`); // shown by the refresh that follows
  });
  const refuse = () => surroundings.navigate(`${back}&error=USER_DENIED_PERMISSIONS`);
  return [title(`${app.name} asks for more`), card(null, element("p", {}, wanted.join(", ")),
    element("button", { class: "main", onclick: grant }, "Grant"), " ", element("button", { onclick: refuse }, "Refuse"))];
}
