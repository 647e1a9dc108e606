// Where people of a neighbourhood stand: the customer in the middle, a ring for each step away.

import type { Neighbourhood } from "../api/customerPage";
import { say } from "../words/say";

type Person = Neighbourhood["people"][number];

export interface Placed {
  person: Person;
  /** As in the list beside the picture; 0 is the customer themselves. */
  number: number;
  /** From -1 to 1. */
  x: number;
  y: number;
}

const OUTER = 0.94;
const INNER = 0.56;

/** The mean direction of those of the ring before whom they are linked to; undefined without any. */
function direction(id: string, found: Neighbourhood, angles: ReadonlyMap<string, number>) {
  const near = found.links.flatMap(({ source_id: source, customer_id: follower }) =>
    source === id
      ? (angles.get(follower) ?? [])
      : follower === id
        ? (angles.get(source) ?? [])
        : [],
  );
  if (near.length === 0) return undefined;
  const x = near.reduce((sum, one) => sum + Math.cos(one), 0);
  const y = near.reduce((sum, one) => sum + Math.sin(one), 0);
  return Math.atan2(y, x);
}

/** Everybody in the server's order, which is by step and then by credit; people of one community stand together. */
export function placed(found: Neighbourhood): Placed[] {
  const numbers = new Map(found.people.map((one, n) => [one.customer_id, n]));
  const angles = new Map<string, number>();
  const ring = (depth: number, wanted: (one: Person) => number) => {
    const people = found.people.filter((one) => one.depth === depth);
    const order = people.map((one) => ({ one, by: wanted(one) })).sort((a, b) => a.by - b.by);
    order.forEach(({ one }, n) => {
      angles.set(one.customer_id, -Math.PI / 2 + (2 * Math.PI * n) / order.length);
    });
  };
  ring(1, (one) => one.community);
  const first = new Map(angles);
  const turned = (angle: number) => (angle + 2.5 * Math.PI) % (2 * Math.PI);
  ring(2, (one) => turned(direction(one.customer_id, found, first) ?? 0));
  const radii = found.people.some(({ depth }) => depth > 1) ? [0, INNER, OUTER] : [0, OUTER];
  return found.people.map((person) => {
    const angle = angles.get(person.customer_id) ?? 0;
    const radius = radii[person.depth] ?? OUTER;
    return {
      person,
      number: numbers.get(person.customer_id) ?? 0,
      x: radius * Math.cos(angle),
      y: radius * Math.sin(angle),
    };
  });
}

/** "may have led them", "may have followed them", or both, seen from the one in the middle; null two steps away. */
export function relationTo(middle: string, id: string, found: Neighbourhood): string | null {
  const led = found.links.some((one) => one.source_id === middle && one.customer_id === id);
  const followed = found.links.some((one) => one.source_id === id && one.customer_id === middle);
  if (led && followed) return say("record.around.both");
  if (led) return say("record.around.followed");
  return followed ? say("record.around.led") : null;
}
