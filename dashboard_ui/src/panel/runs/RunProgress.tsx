// A run that is under way: its step, how far it is, and the way to stop it.

import { isUnderWay, useCancelRun } from "../api/runs";
import type { Run } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { ProgressBar } from "../parts/ProgressBar";
import { TroubleNotice } from "../parts/TroubleNotice";
import { runStep, waitsFor } from "./words";
import css from "./runs.module.css";
import { say } from "../words/say";

const WHOLE = 1;

export function RunProgress({ run }: { run: Run }) {
  const { format } = useShop();
  const cancelling = useCancelRun();
  if (!isUnderWay(run)) return null;
  const waits = run.state === "queued";
  const step = waits ? waitsFor(run, format) : runStep(run.step);
  const caption = waits ? "" : format.percent(Math.round((run.progress ?? 0) * 100) / 100);
  const asked = run.cancel_asked || cancelling.isPending;
  return (
    <div className={css["run-progress"]}>
      <div className="run-progress-bar" role="status">
        <ProgressBar label={step} done={run.progress ?? 0} total={WHOLE} caption={caption} />
      </div>
      <Button
        size="small"
        variant="secondary"
        disabled={asked}
        onClick={() => {
          cancelling.mutate(run.id);
        }}
      >
        {say(asked ? "runs.stopping" : "runs.cancel")}
      </Button>
      {run.cancel_asked && <Muted>{say("runs.stopping.what")}</Muted>}
      {cancelling.isError && <TroubleNotice trouble={cancelling.error} />}
    </div>
  );
}
