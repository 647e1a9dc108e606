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
import { knownBy, purposeName } from "./words";
import { Around } from "../parts/Around";
import { say } from "../words/say";
import css from "./profiles.module.css";

function Standing({ rows }: { rows: readonly ConsentRow[] }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  return (
    <Scrolled label={say("profiles.consents.table")} className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("profiles.consents.what")}</th>
            <th scope="col">{say("profiles.network")}</th>
            <th scope="col">{say("profiles.consents.consent")}</th>
            <th scope="col">{say("profiles.since")}</th>
            <th scope="col">{say("profiles.consents.how")}</th>
          </tr>
        </thead>
        <tbody>
          {standsOf(rows).map(({ purpose, network, given, since, proofs }) => (
            <tr key={`${purpose} ${network ?? ""}`}>
              <th scope="row">{purposeName(purpose)}</th>
              <td>{network === null ? "–" : networkName(network)}</td>
              <td>
                <Chip tone={given ? "success" : "neutral"}>
                  {say(given ? "profiles.consents.given" : "profiles.consents.withdrawn")}
                </Chip>
              </td>
              <td className={css["cell-day"]}>{format.moment(since)}</td>
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
  const purpose = purposeName(row.purpose);
  const about = row.network === null ? purpose : `${purpose}, ${networkName(row.network)}`;
  const does = { purpose: about, how: knownBy(row.proof) };
  return (
    <li className="row">
      <div className="stack-small">
        <Text as="p" size={3}>
          <span className="figure">
            {say("profiles.consents.row", { number: format.count(row.number) })}
          </span>
          :{" "}
          {say(
            row.action === "given"
              ? "profiles.consents.row.given"
              : "profiles.consents.row.withdrawn",
            does,
          )}
        </Text>
        {row.wording !== "" && (
          <Muted>
            <Around
              text={(wording) =>
                say("profiles.consents.wording", {
                  wording,
                  version: row.wording_version,
                  language: row.language,
                })
              }
            >
              <span lang={row.language}>{row.wording}</span>
            </Around>
          </Muted>
        )}
        <Muted>
          {say("profiles.consents.hash", { when: format.moment(row.at) })}{" "}
          <span className="code">{row.hash}</span>
        </Muted>
      </div>
    </li>
  );
}

export function Consents({ rows }: { rows: readonly ConsentRow[] }) {
  return (
    <Section title={say("profiles.consents")}>
      <Standing rows={rows} />
      <details className="ledger">
        <summary className="link">{say("profiles.consents.rows", { count: rows.length })}</summary>
        <ul className="rows">
          {rows.map((row) => (
            <Row key={row.number} row={row} />
          ))}
        </ul>
      </details>
    </Section>
  );
}
