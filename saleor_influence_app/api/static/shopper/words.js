// The page's words in one language: one JSON file each, with the same keys.

/** The languages that there are words in, as the page was told. */
export const LANGUAGES = (document.documentElement.dataset.languages ?? "").split(" ");

/** Return a language's own name, as a title: "en" → "English". */
export function languageName(code) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

export class Words {
  constructor(language, texts) {
    this.language = language;
    this.texts = texts;
    this.plural = new Intl.PluralRules(language);
  }

  static async load(language) {
    const answer = await fetch(new URL(`./${language}.json`, import.meta.url));
    if (!answer.ok) throw new Error(`no words for ${language}`);
    return new Words(language, await answer.json());
  }

  has(key) {
    return key in this.texts;
  }

  /** Return the text of a key with its {places} filled; `count` chooses between zero (where a text has it), one and other. */
  t(key, values = {}) {
    let text = this.texts[key];
    if (text === undefined) throw new Error(`no text ${key}`);
    if (typeof text === "object") text = (values.count === 0 && text.zero) || (text[this.plural.select(values.count)] ?? text.other);
    const shown = (value) => (typeof value === "number" ? this.number(value) : value);
    return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name] ?? ""));
  }

  /** Return the text of a key that an answer of the API chooses, or what the API said. */
  known(key, said, values = {}) {
    return this.has(key) ? this.t(key, values) : said;
  }

  /** Return why a network refused, by the reason that the API gave ("kind" or "kind:of another network"); null where it gave none that we know. */
  refusal(reason, network) {
    const [kind, other] = (reason ?? "").split(":");
    return kind && this.has(`refusal.${kind}`) ? this.t(`refusal.${kind}`, { network, other }) : null;
  }

  number(value, digits = 0) {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(value);
  }

  share(value) {
    return new Intl.NumberFormat(this.language, { style: "percent", maximumFractionDigits: 1 }).format(value);
  }

  money(value) {
    if (!value) return "–";
    const { amount, currency } = value;
    if (!/^[A-Z]{3}$/.test(currency)) return this.number(Number(amount), 2);
    return new Intl.NumberFormat(this.language, { style: "currency", currency }).format(Number(amount));
  }

  day(value) {
    return new Intl.DateTimeFormat(this.language, { dateStyle: "long" }).format(new Date(value));
  }

  moment(value) {
    return new Intl.DateTimeFormat(this.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
  }
}
