// Runs as a table, the newest first.

import type { Run } from "../api/questions";
import { useGoBack } from "../api/runs";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { countsWorthTelling, runChip, runKind, runTook } from "./words";
import css from "./runs.module.css";
import { say } from "../words/say";

interface Props {
  runs: readonly Run[];
  heldAt: number | null;
}

function GoBack({ run }: { run: Run }) {
  const going = useGoBack();
  return (
    <>
      <Confirm
        label={say("runs.back")}
        question={say("runs.back.sure", { id: run.id })}
        yes={say("runs.back")}
        busy={going.isPending}
        onYes={() => {
          going.mutate(run.id);
        }}
      />
      {going.isError && <TroubleNotice trouble={going.error} />}
    </>
  );
}

function Row({ run, back }: { run: Run; back: boolean }) {
  const { format } = useShop();
  const { label, tone } = runChip(run.state);
  const counted = countsWorthTelling(run.counts).slice(0, 3);
  return (
    <tr>
      <th scope="row" className="figure">
        {run.id}
        <span className="muted cell-note">{runKind(run)}</span>
      </th>
      <td>
        <Chip tone={tone}>{label}</Chip>
        {run.error && <span className="muted cell-note">{run.error}</span>}
      </td>
      <td>
        {run.started_at ? (
          format.moment(run.started_at)
        ) : (
          <span className="muted">{say("runs.started.not")}</span>
        )}
      </td>
      <td className="figure cell-number">{runTook(run.seconds, format)}</td>
      <td className="figure cell-number">
        {run.peak_memory_mb === null ? "–" : `${format.count(run.peak_memory_mb)} MB`}
      </td>
      <td className={css["cell-counts"]}>
        {counted.map(([what, count]) => (
          <span key={what} className={css["cell-count"]}>
            {what} <span className="figure">{format.count(count)}</span>
          </span>
        ))}
      </td>
      <td>{back && <GoBack run={run} />}</td>
    </tr>
  );
}

/** Runs with results other than those shown now: the newest finished one, or the one gone back to. */
export function canGoBackTo({ runs, heldAt }: Props): Set<number> {
  const finished = runs.filter(({ state, kind }) => state === "done" && kind !== "rollback");
  const shown = heldAt ?? finished[0]?.id;
  return new Set(finished.map(({ id }) => id).filter((id) => id !== shown));
}

export function RunsTable({ runs, heldAt }: Props) {
  const may = useMay("MANAGE_APPS");
  const others = canGoBackTo({ runs, heldAt });
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("runs.run")}</th>
            <th scope="col">{say("runs.state")}</th>
            <th scope="col">{say("runs.started")}</th>
            <th scope="col" className="cell-number">
              {say("runs.took")}
            </th>
            <th scope="col" className="cell-number">
              {say("runs.memory")}
            </th>
            <th scope="col">{say("runs.counts")}</th>
            <th scope="col">
              <span className="unseen">{say("runs.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.id} run={run} back={may && others.has(run.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
