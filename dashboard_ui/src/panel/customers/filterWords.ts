// A filter in words.

import type { Verdict } from "../api/questions";
import { verdictName } from "../customer/words";
import type { Format } from "../format/format";
import { say } from "../words/say";
import { type Key, LABELS, type Names } from "./filters";

function inWords(key: Key, value: string, names: Names, format: Format): string {
  switch (key) {
    case "segment":
      return names.segments.get(value) ?? value;
    case "verdict":
      return verdictName(value as Verdict);
    case "topic":
      return names.topics.get(value) ?? value;
    case "network":
      return names.networks.get(value) ?? value;
    case "perk":
      return value === "any"
        ? say("customers.perk.any.said")
        : (names.perks.get(value) ?? say("customers.perk.programme", { id: value }));
    case "agreed":
      return say(
        value === "perks" ? "customers.agreed.perks.said" : "customers.agreed.outreach.said",
      );
    case "ordered_from":
    case "ordered_before":
      return format.day(`${value}T12:00:00Z`);
    case "value_from":
      return format.decimal(Number(value));
    case "has_code":
      return say("customers.code.yes.said");
  }
}

/** "Last order from: 1 Nov 2026" */
export function filterWords(key: Key, value: string, names: Names, format: Format): string {
  const shown = inWords(key, value, names, format);
  return say("customers.filter.said", { label: say(LABELS[key]), value: shown });
}
