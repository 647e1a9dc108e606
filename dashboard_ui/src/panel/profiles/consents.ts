// What a customer consents to now, from the rows of the ledger.

import type { ConsentRow } from "../api/profiles";

export interface Stand {
  purpose: string;
  network: string | null;
  given: boolean;
  /** When it became so: later rows that say the same only add proof. */
  since: string;
  /** How we know, each of the rows since then. */
  proofs: string[];
}

/** For each purpose and network where a customer stands; `rows` are oldest first. */
export function standsOf(rows: readonly ConsentRow[]): Stand[] {
  const stands = new Map<string, Stand>();
  for (const { purpose, network, action, at, proof } of rows) {
    const key = `${purpose} ${network ?? ""}`;
    const given = action === "given";
    const before = stands.get(key);
    if (before?.given === given) before.proofs.push(proof);
    else stands.set(key, { purpose, network, given, since: at, proofs: [proof] });
  }
  return [...stands.values()];
}
