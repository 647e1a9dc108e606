// How many deliveries wait, and what came of those of the last thirty days.

import type { HandOffCounts } from "../api/handOff";
import { useShop } from "../bridge/shop";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";

interface Props {
  counts: HandOffCounts;
  sent: string;
}

export function Deliveries({ counts, sent }: Props) {
  const { format } = useShop();
  return (
    <>
      <Facts
        facts={[
          { label: "Waiting", value: format.count(counts.waiting) },
          { label: `${sent} in the last 30 days`, value: format.count(counts.sent) },
          { label: "Not sent on purpose", value: format.count(counts.dropped) },
          { label: "Given up", value: format.count(counts.given_up) },
        ]}
      />
      {counts.reasons.length > 0 && (
        <ul className="rows" aria-label="Why not">
          {counts.reasons.map(({ reason, is_over: isOver, deliveries, newest }) => (
            <li key={`${reason} ${String(isOver)}`} className="row">
              <div>
                <p className="code-more">{reason}</p>
                <Muted>
                  {format.count(deliveries)}, the newest of {format.day(newest)}
                  {isOver ? "" : "; tried again"}
                </Muted>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
