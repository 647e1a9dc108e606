// What is asked of a beta: the product, its seats, and the questions to those who try it.

import { MOST_GOODS } from "../api/goods";
import type { Key } from "../words/keys";
import { say } from "../words/say";

export type QuestionKind = "rating" | "choice" | "text";

export interface QuestionDraft {
  kind: QuestionKind;
  text: string;
  /** With a semicolon between them. */
  options: string;
}

export interface BetaDraft {
  /** Ids of products. */
  products: readonly string[];
  channel: string;
  link: string;
  seats: string;
  answerDays: string;
  publicAfter: string;
  questions: readonly QuestionDraft[];
}

export const MOST_QUESTIONS = 8;

export const emptyBeta = (): BetaDraft => ({
  products: [],
  channel: "",
  link: "",
  seats: "20",
  answerDays: "7",
  publicAfter: "",
  questions: [{ kind: "rating", text: say("plan.question.usual"), options: "" }],
});

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** The terms of a stored draft, as they were filled in. */
export function betaOf(kind: string, terms: Record<string, unknown>): BetaDraft {
  if (kind !== "beta_invite") return emptyBeta();
  const asked = Array.isArray(terms.questions)
    ? (terms.questions as Record<string, unknown>[])
    : [];
  return {
    products: Array.isArray(terms.products) ? terms.products.map(text) : [],
    channel: text(terms.channel),
    link: text(terms.link),
    seats: text(terms.seats),
    answerDays: text(terms.answer_days),
    publicAfter: text(terms.public_after_days),
    questions: asked.map((one) => ({
      kind: text(one.kind) as QuestionKind,
      text: text(one.text),
      options: Array.isArray(one.options) ? one.options.map(text).join("; ") : "",
    })),
  };
}

export const optionsIn = (written: string) =>
  written
    .split(";")
    .map((one) => one.trim())
    .filter(Boolean);

const WHOLE = /^\d{1,6}$/;

const wholeLack = (value: string, what: Key, most: number) =>
  WHOLE.test(value.trim()) && Number(value) >= 1 && Number(value) <= most
    ? null
    : say("plan.lack.whole", { what: say(what), least: 1, most });

function questionLack({ kind, text: words, options }: QuestionDraft): boolean {
  const given = optionsIn(options);
  const isChoice = given.length >= 2 && given.length <= 10 && new Set(given).size === given.length;
  return !words.trim() || words.length > 200 || (kind === "choice" && !isChoice);
}

function productsLack(count: number): string | null {
  if (count === 0) return say("plan.lack.products");
  return count > MOST_GOODS ? say("plan.lack.products.most", { most: MOST_GOODS }) : null;
}

export function betaLacks(draft: BetaDraft): [keyof BetaDraft, string | null][] {
  return [
    ["products", productsLack(draft.products.length)],
    ["channel", draft.channel ? null : say("plan.lack.channel")],
    ["link", /^https:\/\/[^\s\\"<>]+$/.test(draft.link.trim()) ? null : say("plan.lack.link")],
    ["seats", wholeLack(draft.seats, "plan.lack.of.seats", 100_000)],
    ["answerDays", wholeLack(draft.answerDays, "plan.lack.of.answerDays", 365)],
    [
      "publicAfter",
      draft.publicAfter ? wholeLack(draft.publicAfter, "plan.lack.of.days", 365) : null,
    ],
    ["questions", draft.questions.some(questionLack) ? say("plan.lack.questions") : null],
  ];
}

export function betaTerms(draft: BetaDraft): Record<string, unknown> {
  return {
    products: draft.products,
    channel: draft.channel,
    link: draft.link.trim(),
    seats: Number(draft.seats),
    answer_days: Number(draft.answerDays),
    public_after_days: draft.publicAfter ? Number(draft.publicAfter) : null,
    questions: draft.questions.map(({ kind, text: words, options }) => ({
      kind,
      text: words.trim(),
      options: kind === "choice" ? optionsIn(options) : [],
    })),
  };
}
