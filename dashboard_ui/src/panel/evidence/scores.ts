// The four scores in words, and what each of them is made of.

import type { CustomerValue } from "../api/questions";
import type { Format } from "../format/format";
import type { Fact } from "../parts/Facts";
import { say } from "../words/say";

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
      label: say("profiles.score.reach"),
      means: say("record.reach"),
      value: customer.reach,
      inputs: [
        { label: say("record.reach.active"), value: count(inputs?.reach_contacts) },
        { label: say("record.reach.all"), value: count(inputs?.contacts) },
      ],
    },
    {
      label: say("profiles.score.amplification"),
      means: say("record.amplification"),
      value: customer.amplification,
      inputs: [
        { label: say("record.amplification.lines"), value: decimal(inputs?.credit_lines) },
        { label: say("record.amplification.times"), value: count(inputs?.exposures) },
        { label: say("record.amplification.rate"), value: decimal(inputs?.amplification_rate) },
      ],
    },
    {
      label: say("profiles.score.network"),
      means: say("record.network"),
      value: customer.network,
      inputs: [
        { label: say("record.network.followed"), value: count(inputs?.engaged_contacts) },
        { label: say("record.network.mean"), value: decimal(inputs?.network_mean) },
      ],
    },
    {
      label: say("profiles.score.ambassador"),
      means: say("record.ambassador"),
      value: customer.ambassador,
      inputs: [
        { label: say("record.network.followed"), value: count(inputs?.engaged_contacts) },
        { label: say("record.ambassador.rows"), value: count(inputs?.interactions) },
        { label: say("record.ambassador.each"), value: decimal(inputs?.intensity) },
        { label: say("record.ambassador.months"), value: count(inputs?.months) },
      ],
    },
  ];
}
