// What the panel says, in the Dashboard's language: ICU messages, which the build has parsed.

import { IntlMessageFormat } from "intl-messageformat";
import { pages, type Texts, widgets } from "virtual:words";

import type { Key } from "./keys";

export type Values = Record<string, string | number>;

const ENGLISH = "en";

let locale = ENGLISH;
let texts: Texts = {};
let formats = new Map<Key, IntlMessageFormat>();

/** The language in which the panel speaks where the Dashboard has this locale; English where there are no words. */
export function languageOf(wanted: string): string {
  const [language = ""] = wanted.toLowerCase().split(/[-_]/);
  return Object.hasOwn(widgets, language) ? language : ENGLISH;
}

/** Fetches the words of a language; from then on `say` speaks it. Rejects where they cannot be fetched. */
export async function speak(wanted: string, isPage: boolean): Promise<void> {
  const language = languageOf(wanted);
  const parts = isPage ? [widgets, pages] : [widgets];
  const found = await Promise.all(parts.map(async (part) => (await part[language]?.())?.default));
  texts = Object.assign({}, ...found) as Texts;
  formats = new Map();
  locale = language;
}

/** The text of a key with its places filled; throws where a place has no value. */
export function say(key: Key, values: Values = {}): string {
  const text = texts[key];
  if (text === undefined) throw new Error(`The panel has no words for ${key}.`);
  if (typeof text === "string") return text;
  let format = formats.get(key);
  if (!format) {
    format = new IntlMessageFormat(text, locale);
    formats.set(key, format);
  }
  return String(format.format(values));
}
