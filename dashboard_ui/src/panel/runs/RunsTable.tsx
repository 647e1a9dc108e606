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

interface Props {
  runs: readonly Run[];
  heldAt: number | null;
}

function GoBack({ run }: { run: Run }) {
  const going = useGoBack();
  return (
    <>
      <Confirm
        label="Go back"
        question={`Show the results of run ${run.id} again, until somebody asks for a new run?`}
        yes="Go back"
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
        {run.started_at ? format.moment(run.started_at) : <span className="muted">Not yet</span>}
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
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Started</th>
            <th scope="col" className="cell-number">
              Took
            </th>
            <th scope="col" className="cell-number">
              Memory
            </th>
            <th scope="col">Counts</th>
            <th scope="col">
              <span className="unseen">Actions</span>
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
