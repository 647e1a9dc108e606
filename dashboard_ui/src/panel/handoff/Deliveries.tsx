// How many deliveries wait, and what came of those of the last thirty days.

import type { HandOffCounts } from "../api/handOff";
import { useShop } from "../bridge/shop";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

interface Props {
  counts: HandOffCounts;
  /** What is said of those that arrived. */
  sent: string;
}

export function Deliveries({ counts, sent }: Props) {
  const { format } = useShop();
  return (
    <>
      <Facts
        facts={[
          { label: say("handoff.waiting"), value: format.count(counts.waiting) },
          { label: sent, value: format.count(counts.sent) },
          { label: say("handoff.dropped"), value: format.count(counts.dropped) },
          { label: say("handoff.givenup"), value: format.count(counts.given_up) },
        ]}
      />
      {counts.reasons.length > 0 && (
        <ul className="rows" aria-label={say("handoff.whynot")}>
          {counts.reasons.map(({ reason, is_over: isOver, deliveries, newest }) => (
            <li key={`${reason} ${String(isOver)}`} className="row">
              <div>
                <p className="code-more">{reason}</p>
                <Muted>
                  {say(isOver ? "handoff.deliveries" : "handoff.deliveries.again", {
                    count: format.count(deliveries),
                    day: format.day(newest),
                  })}
                </Muted>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
