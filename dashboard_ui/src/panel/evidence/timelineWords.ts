// What happened with a customer, as short sentences from kinds and figures.

import type { TimelineEntry, TimelineKind } from "../api/customerPage";
import { verdictName } from "../customer/words";
import { type Format, sentenceCase } from "../format/format";
import { ANSWERS } from "../outreach/words";
import { purposeName } from "../profiles/words";
import { say } from "../words/say";

/** Filters in the order in which they are offered. */
export const KINDS: readonly TimelineKind[] = [
  "order",
  "credit",
  "perk",
  "contact",
  "run",
  "consent",
  "saleor",
];

type Of<K extends TimelineKind> = Extract<TimelineEntry, { kind: K }>;

interface Naming {
  format: Format;
  /** The other person's name; "a guest" for null. */
  name: (id: string | null) => string;
  network: (name: string) => string;
}

function order({ paid, code, status }: Of<"order">, { format }: Naming): string {
  if (status === "CANCELED") return say("record.order.cancelled");
  if (Number(paid.amount) > 0) {
    const money = format.money(paid);
    return code === null
      ? say("record.order.paid", { money })
      : say("record.order.paid.code", { money, code });
  }
  return code === null ? say("record.order.free") : say("record.order.free.code", { code });
}

function credit(entry: Of<"credit">, { format, name: nameOf }: Naming): string {
  const { direction, proven } = entry;
  const name = nameOf(entry.other_id);
  const money = format.money(entry.credit);
  const days = Math.max(0, Math.round(entry.days_between));
  if (direction === "received")
    // A guest has no name, and may be the first word.
    return sentenceCase(
      proven
        ? say("record.credit.code", { name, money })
        : say("record.credit.follower", { name, days, money }),
    );
  return proven
    ? say("record.credit.code.of", { name, money })
    : say("record.credit.leader", { name, days });
}

function perk(
  { event, title, arm, by_hand: byHand, cost }: Of<"perk">,
  { format }: Naming,
): string {
  if (event === "given") return say("record.perk.given", { title });
  if (event === "used")
    return cost === null
      ? say("record.perk.used", { title })
      : say("record.perk.used.cost", { title, money: format.money(cost) });
  if (event === "returned") return say("record.perk.returned", { title });
  if (arm === "held_out") return say("record.perk.heldout", { title });
  if (arm === "refused") return say("record.perk.refused", { title });
  return say(byHand ? "record.perk.chosen" : "record.perk.drawn", { title });
}

function contact(entry: Of<"contact">, naming: Naming): string {
  const { event, answer, network, trial_id: trial } = entry;
  if (event === "letter") return say("record.contact.letter", { trial: String(trial ?? "") });
  if (event === "asked_to_link")
    return say("record.contact.asked", { network: naming.network(network ?? "") });
  const title = entry.title ?? "";
  const said = ANSWERS.find((one) => one === answer);
  return said === undefined
    ? say("record.contact.done", { title })
    : say("record.contact.answered", { title, answer: say(`outreach.answer.${said}`) });
}

function run(entry: Of<"run">, { format }: Naming): string {
  const { verdict, verdict_before: was } = entry;
  const value = format.estimate(entry.value);
  const before = format.estimate(entry.value_before);
  if (verdict === was) return say("record.run.value", { before, value });
  const verdicts = { verdict: verdictName(verdict), was: verdictName(was) };
  return say("record.run.verdict", { ...verdicts, before, value });
}

function consent({ purpose, network: on, action }: Of<"consent">, naming: Naming): string {
  const what = purposeName(purpose);
  const done = action === "given" ? "given" : "withdrawn";
  return on === null
    ? say(`record.consent.${done}`, { what })
    : say(`record.consent.${done}.network`, { what, network: naming.network(on) });
}

export function entryWords(entry: TimelineEntry, naming: Naming): string {
  switch (entry.kind) {
    case "order":
      return order(entry, naming);
    case "credit":
      return credit(entry, naming);
    case "perk":
      return perk(entry, naming);
    case "contact":
      return contact(entry, naming);
    case "run":
      return run(entry, naming);
    case "consent":
      return consent(entry, naming);
    case "saleor":
      return entry.removal && entry.state === "written"
        ? say("record.saleor.cleared")
        : say(`record.saleor.${entry.state}`);
  }
}
