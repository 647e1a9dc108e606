// What a customer consents to and since when, with the proof: the rows of the ledger themselves.

import type { ConsentRow } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { sentenceCase } from "../format/format";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Scrolled } from "../parts/Scrolled";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { standsOf } from "./consents";
import { useNetworks } from "./networks";
import { knownBy, PURPOSES } from "./words";

function Standing({ rows }: { rows: readonly ConsentRow[] }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  return (
    <Scrolled label="What they consent to" className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">For what</th>
            <th scope="col">Network</th>
            <th scope="col">Consent</th>
            <th scope="col">Since</th>
            <th scope="col">How we know</th>
          </tr>
        </thead>
        <tbody>
          {standsOf(rows).map(({ purpose, network, given, since, proofs }) => (
            <tr key={`${purpose} ${network ?? ""}`}>
              <th scope="row">{PURPOSES[purpose] ?? purpose}</th>
              <td>{network === null ? "–" : networkName(network)}</td>
              <td>
                <Chip tone={given ? "success" : "neutral"}>{given ? "Given" : "Withdrawn"}</Chip>
              </td>
              <td className="cell-day">{format.moment(since)}</td>
              <td>{sentenceCase([...new Set(proofs.map(knownBy))].join("; "))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function Row({ row }: { row: ConsentRow }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const about = row.network === null ? "" : `, ${networkName(row.network)}`;
  return (
    <li className="row">
      <div className="stack-small">
        <Text as="p" size={3}>
          <span className="figure">Row {format.count(row.number)}</span>:{" "}
          {PURPOSES[row.purpose] ?? row.purpose}
          {about}, {row.action}; {knownBy(row.proof)}
        </Text>
        {row.wording !== "" && (
          <Muted>
            “<span lang={row.language}>{row.wording}</span>” (text {row.wording_version},{" "}
            {row.language})
          </Muted>
        )}
        <Muted>
          {format.moment(row.at)} · hash <span className="code">{row.hash}</span>
        </Muted>
      </div>
    </li>
  );
}

export function Consents({ rows }: { rows: readonly ConsentRow[] }) {
  return (
    <Section title="Consents">
      <Standing rows={rows} />
      <details className="ledger">
        <summary className="link">
          {rows.length === 1
            ? "Their row of the consent ledger"
            : `Their ${rows.length} rows of the consent ledger`}
        </summary>
        <ul className="rows">
          {rows.map((row) => (
            <Row key={row.number} row={row} />
          ))}
        </ul>
      </details>
    </Section>
  );
}
