// The panel's words for the build: a folder for each room, a file for each language, ICU messages parsed here.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Plugin } from "vite";

import { compiledFile } from "./src/compiled";

export const WORDS = path.resolve(import.meta.dirname, "src/panel/words");

/** The rooms of which the Dashboard's widgets and popups say something; pages load the others too. */
export const WIDGET_ROOMS = [
  "bridge",
  "customer",
  "grants",
  "linked",
  "mounts",
  "parts",
  "picked",
  "spread",
  "voucher",
];

/** The folders in which there are words. */
export function rooms(): string[] {
  return readdirSync(WORDS, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .map((one) => one.name);
}

const NAME = "virtual:words";
const INSIDE = `\0${NAME}`;

function languages(): string[] {
  const [room = ""] = rooms();
  return readdirSync(path.join(WORDS, room)).map((name) => path.parse(name).name);
}

function textsOf(wanted: readonly string[], language: string): Record<string, unknown> {
  const files = wanted.map((room) => path.join(WORDS, room, `${language}.json`));
  return Object.assign(
    {},
    ...files.map((file) => compiledFile(readFileSync(file, "utf8"))),
  ) as Record<string, unknown>;
}

function loaders(part: string): string {
  const each = languages().map(
    (one) => `${JSON.stringify(one)}: () => import("${NAME}/${part}/${one}")`,
  );
  return `export const ${part} = { ${each.join(", ")} };`;
}

/** Makes `virtual:words`: for widgets and for pages, by language, a function that fetches the texts. */
export function words(): Plugin {
  return {
    name: "words",
    resolveId: (id) => (id === NAME || id.startsWith(`${NAME}/`) ? `\0${id}` : null),
    load(id) {
      if (id === INSIDE) return `${loaders("widgets")} ${loaders("pages")}`;
      if (!id.startsWith(`${INSIDE}/`)) return null;
      const [, part, language = ""] = id.split("/");
      const wanted = rooms().filter((one) => WIDGET_ROOMS.includes(one) === (part === "widgets"));
      const code = `export default ${JSON.stringify(textsOf(wanted, language))}`;
      // So that small texts are not put into the script that all languages load.
      return { code, moduleSideEffects: "no-treeshake" };
    },
  };
}
