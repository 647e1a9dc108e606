// The last calculation, and the button that starts another.

import { Button } from "@saleor/macaw-ui";

import { type Overview, type Run, useStartRun } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import type { Format } from "../format/format";
import { countsWorthTelling, isUnderWay, runChip, secondsBetween } from "./words";

interface Props {
  run: Overview["last_run"];
  history: Overview["history"]["state"];
}

function factsOf(run: Run, format: Format): Fact[] {
  const { started_at: started, finished_at: finished } = run;
  const took = started && finished ? format.duration(secondsBetween(started, finished)) : null;
  const counts = countsWorthTelling(run.counts).map(([label, count]) => ({
    label,
    value: format.count(count),
  }));
  return [
    { label: "Started", value: started ? format.moment(started) : "Not yet" },
    { label: "Took", value: took ?? (isUnderWay(run) ? "Not finished yet" : "Not finished") },
    ...counts,
  ];
}

function LastRun({ run }: { run: Run }) {
  const { format } = useShop();
  return (
    <>
      <div className="line" role="status">
        <Chip tone={runChip(run.state).tone}>{runChip(run.state).label}</Chip>
        <span className="muted">
          Run {format.count(run.id)} · {run.kind}
        </span>
      </div>
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

export function RunCard({ run, history }: Props) {
  const starting = useStartRun();
  const busy = starting.isPending || isUnderWay(run);
  const start = () => {
    starting.mutate();
  };
  const button = (
    <Button size="small" variant="secondary" disabled={busy} aria-busy={busy} onClick={start}>
      {busy ? "Running" : "Run now"}
    </Button>
  );
  return (
    <Card title="Last run" action={button}>
      {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
      {run ? (
        <LastRun run={run} />
      ) : (
        <Empty title="No run yet">
          {history === "done"
            ? "Values are calculated every night; Run now starts it at once."
            : "The first run starts by itself when the history has been read."}
        </Empty>
      )}
    </Card>
  );
}
