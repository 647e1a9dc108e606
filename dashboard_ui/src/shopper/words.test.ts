// Every language says everything, fills in the same places, and has a form for each number.

import { readdirSync } from "node:fs";
import path from "node:path";

import {
  isPluralElement,
  isPoundElement,
  isLiteralElement,
  type MessageFormatElement,
} from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";

import { wordsOf } from "./testing/page";
import english from "./words/en.json";
import type { Key } from "./words";

const LANGUAGES = readdirSync(path.join(import.meta.dirname, "words")).map((one) =>
  path.basename(one, ".json"),
);
const KEYS = Object.keys(english) as Key[];

/** Return the places of a message, each with how it is written; what plural forms hold belongs to it. */
function places(parts: string | MessageFormatElement[]): Set<string> {
  if (typeof parts === "string") return new Set();
  const found = parts.flatMap((part) => {
    if (isLiteralElement(part) || isPoundElement(part)) return [];
    if (!isPluralElement(part)) return [`${part.type} ${part.value}`];
    const forms = Object.values(part.options).flatMap((form) => [...places(form.value)]);
    return [`plural ${part.value}`, ...forms];
  });
  return new Set(found);
}

function textsOf(language: string): Record<string, string | MessageFormatElement[]> {
  return (wordsOf(language) as unknown as { texts: Record<string, string> }).texts;
}

describe.each(LANGUAGES)("%s", (language) => {
  const texts = textsOf(language);
  const words = wordsOf(language);

  it("says everything that English says, and nothing else", () => {
    expect(Object.keys(texts).sort()).toEqual([...KEYS].sort());
  });

  it("fills in the same places as English", () => {
    const inEnglish = textsOf("en");
    for (const key of KEYS) {
      const [own, theirs] = [places(texts[key] ?? ""), places(inEnglish[key] ?? "")];
      expect(own, key).toEqual(theirs);
    }
  });

  it("has the forms one and other of each number", () => {
    for (const [key, parts] of Object.entries(texts))
      for (const part of typeof parts === "string" ? [] : parts)
        if (isPluralElement(part))
          expect(Object.keys(part.options), key).toEqual(expect.arrayContaining(["one", "other"]));
  });

  it("can say each of them", () => {
    const parts = Object.values(texts).flatMap((text) => [...places(text)]);
    const names = new Set(parts.map((one) => one.split(" ")[1] ?? ""));
    for (const count of [0, 1, 2, 1234]) {
      const values = Object.fromEntries([...names].map((name) => [name, count]));
      for (const key of KEYS) expect(words.t(key, values), key).not.toMatch(/[{}#]|^\s*$/);
    }
  });
});

describe("the words of a language", () => {
  it("writes numbers as the language does", () => {
    const days = { count: 1234, days: 30, low: 1, high: 2345.6 };
    expect(wordsOf("de").t("value.forecast", days)).toContain("1.234");
    expect(wordsOf("en").t("value.forecast", days)).toContain("1,234 purchases");
    expect(wordsOf("en").t("value.forecast", days)).toContain("1 to 2,346");
  });

  it("has a form for nobody, for one and for several", () => {
    const say = (count: number) => wordsOf("en").t("profile.posts.held", { count });
    expect([0, 1, 2].map(say)).toEqual([
      "No figures of posts are held",
      "Figures of one post are held, no text",
      "Figures of 2 posts are held, no texts",
    ]);
  });

  it("leaves what is filled in as it is", () => {
    const given = { network: "<b>{network}</b> '#" };
    expect(wordsOf("en").t("tick.link", given)).toBe("Link my <b>{network}</b> '# profile");
  });

  it("says what the API said where it has no words", () => {
    expect(wordsOf("nl").known("segment.odd", "Odd")).toBe("Odd");
    expect(wordsOf("nl").refusal("unheard-of", "Mastodon")).toBeNull();
    expect(wordsOf("en").refusal("other-network:Bluesky", "Mastodon")).toContain("of Bluesky, not");
  });

  it("writes money in its currency, and an unknown one as a number", () => {
    const words = wordsOf("en");
    expect(words.money({ amount: "1234.50", currency: "EUR" })).toBe("€1,234.50");
    expect(words.money({ amount: "1234.50", currency: "?" })).toBe("1,234.5");
    expect(words.money(null)).toBe("–");
  });
});
