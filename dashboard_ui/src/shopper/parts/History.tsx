// The record of their decisions, and what was deleted.

import type { Consent } from "../api/client";
import type { App } from "../app";
import type { Shown } from "../state";
import { OWNERSHIP } from "../consents";
import { networkName } from "../networks";
import type { Words } from "../words";
import { Note } from "./Note";
import { Receipt } from "./Receipt";

export function History(shown: Shown) {
  const { app, words, statement } = shown;
  const { consents, erasures } = statement;
  if (consents.length + erasures.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">{words.t("history.title")}</h2>
      <div class="card">
        <p>{words.t("history.about")}</p>
        {consents.length === 0 && <p>{words.t("history.none")}</p>}
        {consents.length > 0 && (
          <details id="ledger">
            <summary id="ledger-open">
              {words.t("history.rows", { count: consents.length })}
            </summary>
            {consents.map((row) => (
              <Decision key={row.number} app={app} row={row} />
            ))}
          </details>
        )}
        {consents.map((row) => (
          <Note key={row.number} app={app} where={`row-${row.number}`} />
        ))}
        {erasures.length > 0 && <Erasures {...shown} />}
      </div>
    </section>
  );
}

function Decision({ app, row }: { app: App; row: Consent }) {
  const { words } = app;
  return (
    <div class="contest">
      <p class="small">
        {`${words.t("history.number")} ${words.number(row.number)} · ${words.moment(row.at)}`}
      </p>
      <p>
        <strong>{`${subject(words, row)}: ${decided(words, row)}`}</strong>
      </p>
      {row.wording !== "" && (
        <>
          <blockquote lang={row.language}>{row.wording}</blockquote>
          <p class="small">
            {`${words.t("history.version")} ${row.wording_version} (${row.language})`}
          </p>
        </>
      )}
      <Receipt app={app} id={`row-${row.number}`} row={row} />
    </div>
  );
}

function subject(words: Words, { purpose, network }: Consent): string {
  const name = words.known(`purpose.${purpose}`, purpose);
  return network ? `${name} · ${networkName(network)}` : name;
}

function decided(words: Words, { action, proof }: Consent): string {
  if (!proof.startsWith(OWNERSHIP)) return words.known(`history.${action}`, action);
  const how = proof.slice(OWNERSHIP.length);
  return words.t("history.proven", { how: words.known(`proof.${how}`, how) });
}

function Erasures({ words, statement }: Shown) {
  return (
    <>
      <h3>{words.t("erasures.title")}</h3>
      <ul>
        {statement.erasures.map((row, at) => {
          const what = row.network ? networkName(row.network) : words.t("erasures.all");
          const state = words.known(`erasures.${row.state}`, row.state);
          return <li key={at}>{`${what}: ${state} (${words.moment(row.asked_at)})`}</li>;
        })}
      </ul>
    </>
  );
}
