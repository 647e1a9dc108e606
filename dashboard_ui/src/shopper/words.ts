// What the page says in one language: ICU messages, which the build has parsed, so no parser is shipped.

import { IntlMessageFormat } from "intl-messageformat";

import type { Money } from "./api/client";
import { type Texts, textsOf } from "./api/texts";
import type english from "./words/en.json";

export type Key = keyof typeof english;
export type Values = Record<string, string | number | null>;

/** The languages that there are words in, as the page was told. */
export const LANGUAGES = (document.documentElement.dataset.languages ?? "")
  .split(" ")
  .filter(Boolean);

/** Return a language's own name, as a title: "en" → "English". */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return capital(name, code);
}

/** Return the text with its first letter as a capital. */
export function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

export class Words {
  readonly #formats = new Map<Key, IntlMessageFormat>();

  constructor(
    readonly language: string,
    private readonly texts: Texts,
  ) {}

  static async load(language: string): Promise<Words> {
    return new Words(language, await textsOf(language));
  }

  has(key: string): key is Key {
    return key in this.texts;
  }

  /** Return the text of a key with its places filled; throws where a place has no value. */
  t(key: Key, values: Values = {}): string {
    const text = this.texts[key];
    if (text === undefined) throw new Error(`no text ${key}`);
    if (typeof text === "string") return text;
    let format = this.#formats.get(key);
    if (!format) {
      format = new IntlMessageFormat(text, this.language);
      this.#formats.set(key, format);
    }
    return String(format.format(values));
  }

  /** Return the text of a key that an answer of the API chooses, or what the API said. */
  known(key: string, said: string, values: Values = {}): string {
    return this.has(key) ? this.t(key, values) : said;
  }

  /** Return why a network refused, by the API's reason ("kind" or "kind:of another network"); null: unknown. */
  refusal(reason: string | null, network: string): string | null {
    const [kind = "", other = ""] = (reason ?? "").split(":");
    const key = `refusal.${kind}`;
    return kind && this.has(key) ? this.t(key, { network, other }) : null;
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(value);
  }

  share(value: number): string {
    const style = { style: "percent", maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat(this.language, style).format(value);
  }

  money(value: Money | null): string {
    if (!value) return "–";
    const amount = Number(value.amount);
    if (!/^[A-Z]{3}$/.test(value.currency)) return this.number(amount, 2);
    const style = { style: "currency", currency: value.currency } as const;
    return new Intl.NumberFormat(this.language, style).format(amount);
  }

  day(value: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: "long" }).format(new Date(value));
  }

  moment(value: string): string {
    const style = { dateStyle: "medium", timeStyle: "short" } as const;
    return new Intl.DateTimeFormat(this.language, style).format(new Date(value));
  }
}
