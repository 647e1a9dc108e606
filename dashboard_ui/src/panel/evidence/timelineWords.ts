// What happened with a customer, as short sentences from kinds and figures.

import type { TimelineEntry, TimelineKind } from "../api/customerPage";
import { verdictName } from "../customer/words";
import { type Format, sentenceCase } from "../format/format";
import { ANSWERS } from "../outreach/words";
import { purposeName } from "../profiles/words";
import { say } from "../words/say";

/** Filters in the order in which they are offered. */
export const KINDS: [TimelineKind, string][] = [
  ["order", "Their orders"],
  ["credit", "Who followed whom"],
  ["perk", "Perks"],
  ["contact", "Contacts"],
  ["run", "Changes of value"],
  ["consent", "Consents"],
  ["saleor", "Record in Saleor"],
];

type Of<K extends TimelineKind> = Extract<TimelineEntry, { kind: K }>;

interface Naming {
  format: Format;
  /** The other person's name; "a guest" for null. */
  name: (id: string | null) => string;
  network: (name: string) => string;
}

function order({ paid, code, status }: Of<"order">, { format }: Naming): string {
  if (status === "CANCELED") return "Order cancelled";
  const by = code === null ? "" : `, with the code ${code}`;
  return Number(paid.amount) > 0
    ? `Ordered: ${format.money(paid)} paid${by}`
    : `Ordered, nothing paid${by}`;
}

function credit(entry: Of<"credit">, { format, name }: Naming): string {
  const { direction, proven, days_between: days, credit: money } = entry;
  const other = name(entry.other_id);
  const whole = Math.round(days);
  const later =
    whole < 1 ? "within a day" : `${format.count(whole)} ${whole === 1 ? "day" : "days"} later`;
  if (direction === "received")
    return proven
      ? `${sentenceCase(other)} ordered with their code: ${format.money(money)}`
      : `${sentenceCase(other)} may have followed them, ${later}: ${format.money(money)} of credit`;
  return proven
    ? `Ordered with the code of ${other}: ${format.money(money)}`
    : `May have followed ${other}, ${later}`;
}

function perk(
  { event, title, arm, by_hand: byHand, cost }: Of<"perk">,
  { format }: Naming,
): string {
  if (event === "given") return `Got “${title}”`;
  if (event === "used")
    return cost === null ? `Used “${title}”` : `Used “${title}”: ${format.money(cost)} off`;
  if (event === "returned") return `The use of “${title}” was given back`;
  if (arm === "held_out") return `Held out of “${title}” by lot`;
  if (arm === "refused") return `Not drawn for “${title}”`;
  return byHand ? `Chosen for “${title}” by staff` : `Drawn for “${title}”`;
}

function contact(
  { event, title, answer, network, trial_id: trial }: Of<"contact">,
  naming: Naming,
) {
  if (event === "letter") return `Is in trial ${trial ?? ""}: gets its letter`;
  if (event === "asked_to_link") return `Was asked to link ${naming.network(network ?? "")}`;
  const said = ANSWERS.find((one) => one === answer);
  return said === undefined
    ? `Contacted: “${title ?? ""}”`
    : `Contacted: “${title ?? ""}”. ${say(`outreach.answer.${said}`)}`;
}

function run(entry: Of<"run">, { format }: Naming): string {
  const { value, value_before: before, verdict, verdict_before: was } = entry;
  const moved = `value ${format.estimate(before)} to ${format.estimate(value)}`;
  return verdict === was
    ? sentenceCase(moved)
    : `Now “${verdictName(verdict)}”, before “${verdictName(was)}”; ${moved}`;
}

function consent({ purpose, network, action }: Of<"consent">, naming: Naming): string {
  const what = purposeName(purpose);
  const where = network === null ? "" : ` (${naming.network(network)})`;
  return `${action === "given" ? "Agreed" : "Took back"}: ${what}${where}`;
}

const RECORD: Record<Of<"saleor">["state"], string> = {
  pending: "waits to be written",
  claimed: "is being written",
  written: "was written",
  failed: "was refused by Saleor",
  skipped_staff: "is left alone: they are staff",
};

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
        ? "Their record in Saleor was cleared"
        : `Their record in Saleor ${RECORD[entry.state]}`;
  }
}
