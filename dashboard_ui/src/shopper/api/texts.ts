// The texts of one language: only the one that is asked for is loaded.

import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser";

/** By key: a text without places as it is, one with places as the build has read it. */
export type Texts = Readonly<Record<string, string | MessageFormatElement[]>>;

const HERE = import.meta.url;

/** Return the texts of a language; throws where there are none, or they cannot be reached. */
export async function textsOf(language: string): Promise<Texts> {
  const answer = await fetch(new URL(`${language}.json`, HERE));
  if (!answer.ok) throw new Error(`no words for ${language}`);
  return (await answer.json()) as Texts;
}
