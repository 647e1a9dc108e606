// The segments she is in, as labels.

import type { CustomerValue } from "../api/questions";
import { Chip } from "../parts/Chip";

export function Badges({ customer }: { customer: CustomerValue }) {
  if (customer.segments.length === 0) return <Chip>In no segment</Chip>;
  return (
    <ul className="chips" aria-label="Segments">
      {customer.segments.map(({ name, title }) => (
        <li key={name}>
          <Chip tone="accent">{title}</Chip>
        </li>
      ))}
    </ul>
  );
}
