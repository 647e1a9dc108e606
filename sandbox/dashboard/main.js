// The admin page: which address shows which page, the menu, the theme, and the way from page to page.

import { appList, appPage, permissionPage } from "./apps.js";
import { signIn, signOut } from "./api.js";
import { card, element, link } from "./dom.js";
import { extensionsAt, loadExtensions } from "./extensions.js";
import { announce, surroundings } from "./frames.js";
import { customer, customerList, home, order, orderList, voucher, voucherList } from "./pages.js";

const PAGES = [
  [/^\/$/, home],
  [/^\/customers\/?$/, customerList],
  [/^\/customers\/([^/]+)\/?$/, customer],
  [/^\/orders\/?$/, orderList],
  [/^\/orders\/([^/]+)\/?$/, order],
  [/^\/discounts(?:\/vouchers)?\/?$/, voucherList],
  [/^\/(?:discounts\/)?vouchers\/([^/]+)\/?$/, voucher],
  [/^\/extensions(?:\/installed)?\/?$/, appList],
  [/^\/extensions\/app\/([^/]+)\/edit\/permissions$/, permissionPage],
  [/^\/extensions\/app\/([^/]+)(\/.*)?$/, appPage],
];
const SECTIONS = [
  ["/", "Home", null],
  ["/orders", "Orders", "NAVIGATION_ORDERS"],
  ["/customers", "Customers", "NAVIGATION_CUSTOMERS"],
  ["/discounts/vouchers", "Discounts", "NAVIGATION_DISCOUNTS"],
  ["/extensions/installed", "Apps", null],
];
const main = document.querySelector("#page");
let turn = 0;

function here() {
  return location.pathname.replace(/^\/dashboard/, "") || "/";
}

function setTheme(theme) {
  surroundings.theme = theme;
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}

function chooseTheme() {
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  setTheme(["light", "dark"].includes(asked) ? asked : localStorage.getItem("theme") ?? system);
}

function selector(words, options, value, chosen) {
  const made = element("select", { "aria-label": words, onchange: (event) => chosen(event.target.value) }, options.map(([key, name]) => element("option", { value: key }, name)));
  made.value = value;
  return made;
}

function menu() {
  const path = here();
  const entry = (to, words, inner = false) => link(to, words, { class: inner && "inner", "aria-current": (to === "/" ? path === "/" : path.startsWith(to)) && "page" });
  const appEntry = (item) => entry(`/extensions/app/${encodeURIComponent(item.app.id)}${item.url}`, item.label, true);
  const theme = selector("Theme", [["light", "Light"], ["dark", "Dark"]], surroundings.theme, (value) => {
    setTheme(value);
    announce({ type: "theme", payload: { theme: value } });
  });
  const locale = selector("Language", [["en", "English"], ["de", "Deutsch"], ["fr", "Français"], ["pl", "Polski"]], surroundings.locale, (value) => {
    surroundings.locale = value;
    localStorage.setItem("locale", value);
    announce({ type: "localeChanged", payload: { locale: value } });
  });
  document.querySelector("#menu").replaceChildren(
    element("div", { class: "brand" }, "Pocket Saleor"),
    ...SECTIONS.flatMap(([to, words, mount]) => [entry(to, words), ...(mount ? extensionsAt(mount).map(appEntry) : [])]),
    element("div", { class: "foot" }, theme, locale, element("button", { onclick: () => { signOut(); show(loginPage); } }, "Sign in as somebody else")),
  );
}

function loginPage() {
  const email = element("input", { type: "email", name: "email", value: "admin@example.com", required: true });
  const password = element("input", { type: "password", name: "password", required: true });
  const submit = async (event) => {
    event.preventDefault();
    try {
      await signIn({ email: email.value, password: password.value });
      await loadExtensions();
      await render();
    } catch (error) {
      hint.textContent = error.message;
    }
  };
  const hint = element("p", { class: "quiet", role: "alert" });
  return [card("Sign in", element("form", { onsubmit: submit }, element("label", { class: "field" }, "E-mail address", email),
    element("label", { class: "field" }, "Password", password), hint, element("button", { class: "main" }, "Sign in")))];
}

async function show(page, match = [], search = new URLSearchParams()) {
  const mine = ++turn;
  let content;
  try {
    content = await page(match, search);
  } catch (error) {
    content = [card("This page cannot be shown", element("p", {}, error.message))];
  }
  if (mine !== turn) return;
  main.classList.toggle("bare", page === appPage);
  main.replaceChildren(...content.filter(Boolean));
  menu();
}

async function render() {
  const path = here();
  const [pattern, page] = PAGES.find(([candidate]) => candidate.test(path)) ?? [null, () => [card("There is no such page", link("/", "Home"))]];
  const match = pattern ? path.match(pattern).slice(1).map((part, index) => (index === 0 && part ? decodeURIComponent(part) : part)) : [];
  await show(page, match, new URLSearchParams(location.search));
}

surroundings.navigate = (to) => {
  history.pushState(null, "", `/dashboard${to}`);
  return render();
};
surroundings.refresh = render;
surroundings.locale = localStorage.getItem("locale") ?? "en";
document.addEventListener("click", (event) => {
  const found = event.target.closest("a[data-local]");
  if (!found || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  surroundings.navigate(found.getAttribute("href").replace(/^\/dashboard/, ""));
});
window.addEventListener("popstate", render);
chooseTheme();
try {
  await loadExtensions();
  await render();
} catch {
  signOut();
  await show(loginPage);
}
