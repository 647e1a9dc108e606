// For the build and the tests, never in the browser: ICU messages are parsed here.

import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";

/** Return a text as the page loads it: as it is where nothing is to be filled in, else parsed. */
export function compiled(text: string): string | MessageFormatElement[] {
  const parts = parse(text, { ignoreTag: true, requiresOtherClause: true });
  const [only] = parts;
  if (parts.length === 1 && only?.type === TYPE.literal) return only.value;
  return parts;
}

/** Return the texts of a language's file as the page loads them; throws at one that is no ICU message. */
export function compiledFile(json: string): Record<string, string | MessageFormatElement[]> {
  const texts = JSON.parse(json) as Record<string, string>;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, compiled(text)]));
}
