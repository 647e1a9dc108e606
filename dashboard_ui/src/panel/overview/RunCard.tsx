// What is calculated or waits, the last calculation that is done, and the button that starts another.

import type { Overview, Run } from "../api/questions";
import { isUnderWay, useStartRun } from "../api/runs";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";
import { Notice } from "../parts/Notice";
import { PlaceLink } from "../parts/PlaceLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import type { Format } from "../format/format";
import { RunProgress } from "../runs/RunProgress";
import { countsWorthTelling, runChip, runKind, runTook } from "../runs/words";

interface Props {
  run: Overview["last_run"];
  done: Overview["last_done"];
  history: Overview["history"]["state"];
}

function factsOf(run: Run, format: Format): Fact[] {
  const counts = countsWorthTelling(run.counts).map(([label, count]) => ({
    label,
    value: format.count(count),
  }));
  return [
    { label: "Started", value: run.started_at ? format.moment(run.started_at) : "Never" },
    { label: "Took", value: runTook(run.seconds, format) },
    ...counts,
  ];
}

function Named({ run }: { run: Run }) {
  const { format } = useShop();
  return (
    <div className="line" role="status">
      <Chip tone={runChip(run.state).tone}>{runChip(run.state).label}</Chip>
      <span className="muted">
        Run {format.count(run.id)} · {runKind(run)}
      </span>
    </div>
  );
}

function Ended({ run }: { run: Run }) {
  const { format } = useShop();
  return (
    <>
      <Named run={run} />
      {run.error && (
        <Notice tone="critical" title="The run failed">
          {run.error}
        </Notice>
      )}
      <Facts facts={factsOf(run, format)} />
      {run.notes.length > 0 && (
        <ul className="reasons muted">
          {run.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

export function RunCard({ run, done, history }: Props) {
  const starting = useStartRun();
  // One that waits is moved forward by asking for it.
  const busy = starting.isPending || run?.state === "running";
  const moving = run !== null && isUnderWay(run) ? run : null;
  const ended = moving === null ? run : done;
  const start = () => {
    starting.mutate(undefined);
  };
  const button = (
    <Button size="small" variant="secondary" disabled={busy} aria-busy={busy} onClick={start}>
      {busy ? "Running" : "Run now"}
    </Button>
  );
  return (
    <Card title="Last run" action={button}>
      {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
      {moving && (
        <>
          <Named run={moving} />
          <RunProgress run={moving} />
        </>
      )}
      {ended && <Ended run={ended} />}
      {run && <PlaceLink to="/runs">All runs</PlaceLink>}
      {!run && (
        <Empty title="No run yet">
          {history === "done"
            ? "Values are calculated every night; Run now starts it at once."
            : "The first run starts by itself when the history has been read."}
        </Empty>
      )}
    </Card>
  );
}
