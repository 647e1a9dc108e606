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
import { say } from "../words/say";
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
    {
      label: say("overview.run.started"),
      value: run.started_at ? format.moment(run.started_at) : say("overview.run.never"),
    },
    { label: say("overview.run.took"), value: runTook(run.seconds, format) },
    ...counts,
  ];
}

function Named({ run }: { run: Run }) {
  const { format } = useShop();
  return (
    <div className="line" role="status">
      <Chip tone={runChip(run.state).tone}>{runChip(run.state).label}</Chip>
      <span className="muted">
        {say("overview.run.name", { id: format.count(run.id), kind: runKind(run) })}
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
        <Notice tone="critical" title={say("overview.run.failed")}>
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
      {say(busy ? "overview.run.busy" : "overview.run.now")}
    </Button>
  );
  return (
    <Card title={say("overview.run.title")} action={button}>
      {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
      {moving && (
        <>
          <Named run={moving} />
          <RunProgress run={moving} />
        </>
      )}
      {ended && <Ended run={ended} />}
      {run && <PlaceLink to="/runs">{say("overview.run.all")}</PlaceLink>}
      {!run && (
        <Empty title={say("overview.run.none")}>
          {say(history === "done" ? "overview.run.none.nightly" : "overview.run.none.history")}
        </Empty>
      )}
    </Card>
  );
}
