// The shop shows an earlier run's results, and nothing newer is calculated by itself.

import { useStartRun } from "../api/runs";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";

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
        title={`The results of run ${runId} are shown`}
        action={{ label: "Calculate anew", run: start, busy: starting.isPending }}
      >
        Somebody went back to it. Orders are still read, but values stay as they are until somebody
        asks for a run.
      </Notice>
      {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
    </div>
  );
}
