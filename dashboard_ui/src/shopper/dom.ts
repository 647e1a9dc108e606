// What is done to the document beside drawing: the focus moves, something is said, a file is saved.

/** Move the focus to the element of this id, if it is there; headings take it too. */
export function focus(id: string | null): void {
  const element = id === null ? null : document.getElementById(id);
  if (!element) return;
  if (!element.matches("a[href], button, input, textarea, select, summary")) element.tabIndex = -1;
  element.focus();
}

/** Say something to those who hear the page; the same words are on the page as well. */
export function say(text: string): void {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50);
}

/** Have the browser save a value as a JSON file. */
export function save(name: string, value: unknown): void {
  const file = new Blob([JSON.stringify(value, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}

/** Return a file's name with today's date. */
export function dated(name: string): string {
  return `${name}-${new Date().toISOString().slice(0, 10)}.json`;
}

/** Return the text field of this id. */
export function field(id: string): HTMLInputElement | HTMLTextAreaElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement ? found : null;
}

/** Return what stands in a form's field of this name, without spaces around it. */
export function typed(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}
