// To how many customers somebody is tied, by kind; not to whom.

import type { TieCount } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { Scrolled } from "../parts/Scrolled";
import { Section } from "../parts/Section";
import { tieName } from "../ties/words";
import { useNetworks } from "./networks";
import { Muted } from "../parts/Muted";

export function TiesByKind({ ties }: { ties: readonly TieCount[] }) {
  const { networkName } = useNetworks();
  // "mastodon" is a network, "gift" a kind of its own.
  const kindName = (kind: string) => {
    const name = networkName(kind);
    return name === kind ? tieName(kind) : name;
  };
  const { format } = useShop();
  return (
    <Section title="Ties to other customers, by kind">
      {ties.length === 0 ? (
        <Muted>None are known now.</Muted>
      ) : (
        <Scrolled label="Ties by kind" className="table-room">
          <table className="table table-counts">
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col" className="cell-number">
                  May lead
                </th>
                <th scope="col" className="cell-number">
                  May be led by
                </th>
              </tr>
            </thead>
            <tbody>
              {ties.map(({ kind, may_be_led: led, may_lead: leads }) => (
                <tr key={kind}>
                  <th scope="row">{kindName(kind)}</th>
                  <td className="figure cell-number">{format.count(led)}</td>
                  <td className="figure cell-number">{format.count(leads)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </Section>
  );
}
