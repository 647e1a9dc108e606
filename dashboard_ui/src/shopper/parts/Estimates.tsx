// What the shop estimates of them, what follows from it, and what stands of it in Saleor.

import type { Shown } from "../state";
import { Perks } from "./Perks";
import { Scores } from "./Scores";
import { Table } from "./Table";
import { Trials } from "./Trials";
import { Value } from "./Value";

export function Estimates(shown: Shown) {
  const { words, statement } = shown;
  const { takes_part: takesPart, value, network_scores: scores, trials, perks } = statement;
  const hasScores = value.inputs !== null || scores.length > 0;
  const rest = trials.length + perks.length > 0 || statement.written_to_saleor !== null;
  if (!takesPart && !hasScores && !rest) return null;
  return (
    <section aria-labelledby="estimates">
      <h2 id="estimates">{words.t("estimates.title")}</h2>
      <p>{words.t("estimates.about")}</p>
      <Value {...shown} />
      <Scores {...shown} />
      <Trials {...shown} />
      <Perks {...shown} />
      <Written {...shown} />
    </section>
  );
}

function Written({ words, statement }: Shown) {
  const held = statement.written_to_saleor;
  if (!held) return null;
  return (
    <div class="card">
      <h3>{words.t("written.title")}</h3>
      <p>{words.t("written.about")}</p>
      <Table
        id="written"
        summary={words.t("written.rows")}
        heads={[words.t("written.what"), words.t("written.value")]}
        rows={flat(held).map(([key, said]) => [<code key="key">{key}</code>, said])}
      />
    </div>
  );
}

/** Return the leaves of something nested, each with its path. */
function flat(held: unknown, path = ""): [string, string][] {
  const isNested = typeof held === "object" && held !== null;
  const entries: [string, unknown][] = isNested ? Object.entries(held) : [];
  if (entries.length)
    return entries.flatMap(([key, one]) => flat(one, path ? `${path} › ${key}` : key));
  if (held === null || held === undefined || isNested) return [[path, "–"]];
  return [[path, typeof held === "string" ? held : JSON.stringify(held)]];
}
