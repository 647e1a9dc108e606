// Elements and words: everything that comes from the shop is put in as text, never as markup.

/** An element with attributes (on… are listeners) and children; null children are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A link inside the admin page. */
export function link(to, words, attributes = {}) {
  return element("a", { href: `/dashboard${to}`, "data-local": true, ...attributes }, words);
}

/** A card with a title. */
export function card(title, ...children) {
  return element("section", { class: "card" }, title && element("h2", {}, title), ...children);
}

/** A table: headings (those that begin with # are numbers) and rows of cells. */
export function table(headings, rows, empty = "Nothing here yet") {
  if (rows.length === 0) return element("p", { class: "empty" }, empty);
  const numeric = headings.map((heading) => String(heading).startsWith("#"));
  const cell = (name) => (content, index) =>
    element(name, { class: numeric[index] ? "number" : "wrap" }, content ?? "");
  const titles = headings.map((heading) => (typeof heading === "string" ? heading.replace("#", "") : heading));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, titles.map(cell("th")))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map(cell("td"))))),
  );
}

export function money(value) {
  return value ? new Intl.NumberFormat("en", { style: "currency", currency: value.currency }).format(value.amount) : "";
}

export function day(text) {
  return text ? new Intl.DateTimeFormat("en", { dateStyle: "medium" }).format(new Date(text)) : "";
}

export function status(word) {
  return element("span", { class: "status" }, word.toLowerCase().replaceAll("_", " "));
}

export function person(user) {
  return user ? `${user.firstName} ${user.lastName}`.trim() || user.email : "Guest";
}

/** A line that goes away again by itself. */
export function toast({ status: kind = "info", title = "", text = "" }) {
  const shown = element("div", { class: `toast ${kind}` }, element("strong", {}, title), text);
  document.querySelector("#toasts").append(shown);
  setTimeout(() => shown.remove(), 6000);
}
