import { networkName } from "./networks";
import type { Words } from "./words";

/** Return a kind of tie in words: "mastodon:responses", "code: again" (counts no more), or a word of the staff's. */
export function tieName(words: Words, kind: string): string {
  const [of = "", variety = ""] = kind.split(":").map((part) => part.trim());
  const network = networkName(of);
  const own = `tie.${of}`;
  if (variety && words.has(`tie.${variety}`)) return words.known(`tie.${variety}`, "", { network });
  return words.known(own, networkName(kind), { network });
}
