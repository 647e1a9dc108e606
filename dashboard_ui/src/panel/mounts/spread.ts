// How a product spread, in numbers and words.

import type { Cascade } from "../api/products";
import { say } from "../words/say";

/** How many bought it after somebody they are tied to, shown or not, guests among them. */
export function followersOf(cascade: Cascade): number {
  const shown = cascade.people.filter((one) => one.parent_id !== null).length;
  return shown + cascade.guests + cascade.left_out.people;
}

export function spreadWords(cascade: Cascade): string {
  return say("mounts.spread", { count: followersOf(cascade), guests: cascade.guests });
}
