// To how many customers somebody is tied, by kind; not to whom.

import type { TieCount } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { Scrolled } from "../parts/Scrolled";
import { Section } from "../parts/Section";
import { tieName } from "../ties/words";
import { useNetworks } from "./networks";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

export function TiesByKind({ ties }: { ties: readonly TieCount[] }) {
  const { networkName } = useNetworks();
  // "mastodon" is a network, "gift" a kind of its own.
  const kindName = (kind: string) => {
    const name = networkName(kind);
    return name === kind ? tieName(kind) : name;
  };
  const { format } = useShop();
  return (
    <Section title={say("profiles.ties")}>
      {ties.length === 0 ? (
        <Muted>{say("profiles.ties.none")}</Muted>
      ) : (
        <Scrolled label={say("profiles.ties.table")} className="table-room">
          <table className="table table-counts">
            <thead>
              <tr>
                <th scope="col">{say("profiles.ties.kind")}</th>
                <th scope="col" className="cell-number">
                  {say("profiles.ties.led")}
                </th>
                <th scope="col" className="cell-number">
                  {say("profiles.ties.leads")}
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
