import type { Statement } from "../api/client";
import type { Shown } from "../state";
import { networkName } from "../networks";
import type { Words } from "../words";

const NAMES = ["reach", "amplification", "network", "ambassador"] as const;
type Row = Omit<Statement["network_scores"][number], "kind"> & { kind: string | null };

/** Their scores, of all ties that count and of each network by itself. */
export function Scores({ words, statement }: Shown) {
  const { value, network_scores: ofNetworks } = statement;
  const { reach, amplification, network, ambassador, inputs } = value;
  const own = { reach, amplification, network, ambassador, kind: null };
  const rows: Row[] = inputs ? [{ ...inputs, ...own }, ...ofNetworks] : ofNetworks;
  if (!rows.length) return null;
  return (
    <div class="card">
      <h3>{words.t("scores.title")}</h3>
      <p>{words.t("scores.about")}</p>
      {rows.map((row) => (
        <ScoresOf key={row.kind} words={words} row={row} />
      ))}
    </div>
  );
}

function ScoresOf({ words, row }: { words: Words; row: Row }) {
  const network = row.kind && networkName(row.kind);
  return (
    <>
      <h4>{network ? words.t("scores.of", { network }) : words.t("scores.all")}</h4>
      <dl class="scores">
        {NAMES.map((name) => {
          const points = row[name];
          return [
            <dt key={name}>{words.t(`score.${name}`)}</dt>,
            <dd key={`${name}-points`}>
              {points === null ? words.t("score.none") : words.t("score.points", { points })}
              <span class="small">{words.t(`score.${name}.from`, madeOf(words, row, name))}</span>
            </dd>,
          ];
        })}
      </dl>
    </>
  );
}

function madeOf(words: Words, row: Row, name: (typeof NAMES)[number]) {
  const counts = { reach: row.reach_contacts, network: row.engaged_contacts };
  return {
    count: name === "reach" || name === "network" ? counts[name] : row.months,
    contacts: row.contacts,
    rate: words.number(row.amplification_rate, 2),
    interactions: row.interactions,
  };
}
