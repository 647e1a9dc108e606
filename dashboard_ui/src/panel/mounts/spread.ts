// How a product spread, in numbers and words.

import type { Cascade } from "../api/products";
import type { Format } from "../format/format";

/** How many bought it after somebody they are tied to, shown or not, guests among them. */
export function followersOf(cascade: Cascade): number {
  const shown = cascade.people.filter((one) => one.parent_id !== null).length;
  return shown + cascade.guests + cascade.left_out.people;
}

export function spreadWords(cascade: Cascade, format: Format): string {
  const followers = followersOf(cascade);
  const guests = cascade.guests;
  const who =
    followers === 1 ? "1 customer bought it" : `${format.count(followers)} customers bought it`;
  const among =
    guests > 0 ? ` (${format.count(guests)} as ${guests === 1 ? "a guest" : "guests"})` : "";
  return `${who}${among} after somebody they are tied to. Not all of it is because of them: their pages say what is counted.`;
}
