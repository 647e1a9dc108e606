// Who may have led to an order, line by line.

import type { CreditRow } from "../api/questions";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

export function Leaders({ rows }: { rows: readonly CreditRow[] }) {
  const { format } = useShop();
  const people = usePeople([
    ...new Set(rows.map((row) => row.source_id).filter((id) => id !== null)),
  ]);
  if (rows.length === 0) {
    return <Muted>{say("mounts.leaders.none")}</Muted>;
  }
  return (
    <ul className="rows">
      {rows.map((row, place) => (
        <li key={`${row.source_id ?? place} ${row.line_id}`} className="row">
          <div>
            {row.source_id === null ? (
              <Muted>{say("mounts.leaders.hidden")}</Muted>
            ) : (
              <CustomerLink
                customerId={row.source_id}
                person={people.data?.get(row.source_id)}
                brief
              />
            )}
            <p>{row.sentence}</p>
            {row.source_id !== null && (
              <PlaceLink to={evidencePlace(row.source_id)}>{say("mounts.evidence")}</PlaceLink>
            )}
          </div>
          <span className="figure">
            {Number(row.booked.amount) === 0 ? say("mounts.uncounted") : format.money(row.booked)}
          </span>
        </li>
      ))}
    </ul>
  );
}
