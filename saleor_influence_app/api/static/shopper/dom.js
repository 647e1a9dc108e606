// Elements from data: text is only ever text, never markup.

/** Return an element; `given` are attributes, `on…` listeners, and `value`, `checked` and the like as properties. */
export function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (["checked", "disabled", "value", "required", "open", "hidden", "selected"].includes(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Show `children` in `place`; what was typed, opened and focused stays, by id. */
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const typed = new Map();
  for (const field of place.querySelectorAll("input[type=text], textarea, select")) typed.set(field.id, field.value);
  const chosen = [...place.querySelectorAll("input[type=radio]:checked")].map((one) => one.id);
  const opened = [...place.querySelectorAll("details[open]")].map((one) => one.id);
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  for (const [id, value] of typed) {
    const field = id && document.getElementById(id);
    if (field) field.value = value;
  }
  for (const id of chosen) if (document.getElementById(id)) document.getElementById(id).checked = true;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Have the browser save a value as a JSON file. */
export function save(name, value) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Move the focus to the element of this id, once it is there; headings take it too. */
export function focus(id) {
  const element = document.getElementById(id);
  if (!element) return;
  if (!element.matches("a[href], button, input, textarea, select, summary")) element.tabIndex = -1;
  element.focus();
}

/** Say something to those who hear the page; the same words are on the page as well. */
export function say(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50);
}
