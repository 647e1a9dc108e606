// The four scores in words, and what each of them is made of.

import type { CustomerValue } from "../api/questions";
import type { Format } from "../format/format";
import type { Fact } from "../parts/Facts";

export interface Score {
  label: string;
  means: string;
  value: number | null;
  inputs: Fact[];
}

export function scoresOf(customer: CustomerValue, format: Format): Score[] {
  const { inputs } = customer;
  const count = (value: number | undefined) => (value === undefined ? "–" : format.count(value));
  const decimal = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : format.precise(value);
  return [
    {
      label: "Reach",
      means: "How many trusted contacts were active in the last 180 days.",
      value: customer.reach,
      inputs: [
        { label: "Active trusted contacts", value: count(inputs?.reach_contacts) },
        { label: "Trusted contacts in all", value: count(inputs?.contacts) },
      ],
    },
    {
      label: "Amplification",
      means:
        "How often contacts buy after this customer, for each time they could have. The single best product is left out.",
      value: customer.amplification,
      inputs: [
        { label: "Order lines credited", value: decimal(inputs?.credit_lines) },
        { label: "Times that a contact could follow", value: count(inputs?.exposures) },
        { label: "Rate, leaning on the shop's", value: decimal(inputs?.amplification_rate) },
      ],
    },
    {
      label: "Network",
      means:
        "How far contacts reach themselves. Contacts who also follow this customer are ignored, unless nearly all ties here go both ways: then those count who follow more than they are followed.",
      value: customer.network,
      inputs: [
        { label: "Contacts who followed", value: count(inputs?.engaged_contacts) },
        { label: "Their own mean score", value: decimal(inputs?.network_mean) },
      ],
    },
    {
      label: "Ambassador",
      means:
        "How many follow, how often each of them, and over how many months. The single best product is left out.",
      value: customer.ambassador,
      inputs: [
        { label: "Contacts who followed", value: count(inputs?.engaged_contacts) },
        { label: "Rows without the best product", value: count(inputs?.interactions) },
        { label: "For each contact", value: decimal(inputs?.intensity) },
        { label: "Months in which it happened", value: count(inputs?.months) },
      ],
    },
  ];
}
