import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";

import { rooms, WIDGET_ROOMS, WORDS } from "../../../vite.words";
import { languageOf, say } from "./say";

const PANEL = path.resolve(WORDS, "..");
const LANGUAGES = readdirSync(path.join(WORDS, "parts")).map((name) => path.parse(name).name);
const OTHERS = LANGUAGES.filter((one) => one !== "en");
function textsOf(room: string, language: string): Record<string, string> {
  const file = path.join(WORDS, room, `${language}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
}

/** What is filled in, also inside of plurals. */
function placesOf(parts: MessageFormatElement[]): string[] {
  return parts.flatMap((part) => {
    if (part.type === TYPE.literal || part.type === TYPE.pound) return [];
    const inside =
      part.type === TYPE.plural || part.type === TYPE.select
        ? Object.values(part.options).flatMap((one) => placesOf(one.value))
        : [];
    return [part.value, ...inside];
  });
}

const unique = (found: string[]) => [...new Set(found)].sort();
const placesIn = (text: string) => unique(placesOf(parse(text, { ignoreTag: true })));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const name = path.join(folder, one.name);
    if (one.isDirectory()) return sources(name);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [name] : [];
  });
}

/** The keys that a text of code names; a key may be made of parts, as in `bridge.may.${permission}`. */
function keysIn(code: string, known: readonly string[]): string[] {
  const made = [...code.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`\s]*)`/g)].map(
    ([, one = ""]) => new RegExp(`^${one.replace(/\./g, "\\.").replace(/\$\{[^}]*\}/g, ".+")}$`),
  );
  return known.filter(
    (key) => code.includes(`"${key}"`) || made.some((pattern) => pattern.test(key)),
  );
}

test.each(rooms())("the words of %s are the same ones in every language", (room) => {
  const english = textsOf(room, "en");
  for (const key of Object.keys(english)) expect(key.startsWith(`${room}.`)).toBe(true);
  for (const language of OTHERS) {
    const texts = textsOf(room, language);
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe("");
      expect(placesIn(text), `${language} ${key}`).toEqual(placesIn(english[key] ?? ""));
      // A single word may be the same in two languages.
      if (/\w \w/.test(text.replace(/\{[^}]*\}/g, "")))
        expect(text, `${language} ${key} was left in English`).not.toBe(english[key]);
    }
  }
});

test("every key that the panel names has words, and no words are left that nobody says", () => {
  const known = rooms().flatMap((room) => Object.keys(textsOf(room, "en")));
  const said = sources(PANEL).flatMap((file) => keysIn(readFileSync(file, "utf8"), known));
  expect(known.filter((key) => !said.includes(key))).toEqual([]);
});

test("widgets fetch the words of every room that they may say something of", () => {
  const known = rooms().flatMap((room) => Object.keys(textsOf(room, "en")));
  const seen = new Set<string>();
  const all = new Set(sources(PANEL));
  // The pages are fetched by Screen.tsx, and have words of their own.
  const IMPORTED = /(?:from |import\()"(\.(?!\/Pages")[^"]+)"/g;
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from = ""] of readFileSync(file, "utf8").matchAll(IMPORTED)) {
      const to = path.resolve(path.dirname(file), from);
      const found = [`${to}.tsx`, `${to}.ts`].find((one) => all.has(one));
      if (found) visit(found);
    }
  };
  visit(path.join(PANEL, "main.tsx"));
  const wanted = [...seen]
    .filter((file) => !file.startsWith(WORDS))
    .flatMap((file) => keysIn(readFileSync(file, "utf8"), known))
    .map((key) => key.split(".")[0] ?? "");
  expect(unique(wanted).filter((room) => !WIDGET_ROOMS.includes(room))).toEqual([]);
});

test("a place of a text that has no value is an error, and so are words that nobody fetched", () => {
  expect(say("trials.left", { count: 1 })).toBe("1 contact left since.");
  expect(() => say("trials.left")).toThrow();
  // @ts-expect-error There are no such words.
  expect(() => say("trials.unheard")).toThrow(/no words for trials.unheard/);
});

test("a locale finds its language, and English where there is none", () => {
  expect(OTHERS.map((one) => languageOf(`${one}-CH`))).toEqual(OTHERS);
  expect(["pt_BR", "", "english"].map(languageOf)).toEqual(["en", "en", "en"]);
});
