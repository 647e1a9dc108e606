// The verdict of a customer and their segments, as labels.

import type { CustomerValue } from "../api/questions";
import { Chip } from "../parts/Chip";
import { VerdictChip } from "./VerdictChip";
import { say } from "../words/say";

export function Badges({ customer }: { customer: CustomerValue }) {
  return (
    <ul className="chips" aria-label={say("customer.badges")}>
      <li>
        <VerdictChip verdict={customer.verdict} />
      </li>
      {customer.segments.map(({ name, title }) => (
        <li key={name}>
          <Chip>{title}</Chip>
        </li>
      ))}
    </ul>
  );
}
