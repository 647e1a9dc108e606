// What followed an order, in words.

import type { OrderInfluence } from "../api/questions";
import { say } from "../words/say";

type Led = NonNullable<OrderInfluence["led"]>;

export function sinceWords({ people, orders, counted_orders: count }: Led): string {
  if (orders === 0) return say("mounts.since.none");
  return [
    say("mounts.since.people", { people, orders }),
    say("mounts.since.counted", { count }),
  ].join(" ");
}
