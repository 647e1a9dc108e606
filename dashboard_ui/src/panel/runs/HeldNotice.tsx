// The shop shows an earlier run's results, and nothing newer is calculated by itself.

import { useStartRun } from "../api/runs";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function HeldNotice({ runId }: { runId: number | null }) {
  const starting = useStartRun();
  if (runId === null) return null;
  const start = () => {
    starting.mutate(undefined);
  };
  return (
    <div className="card-wide stack">
      <Notice
        tone="warning"
        title={say("runs.held", { id: runId })}
        action={{ label: say("runs.held.anew"), run: start, busy: starting.isPending }}
      >
        {say("runs.held.what")}
      </Notice>
      {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
    </div>
  );
}
