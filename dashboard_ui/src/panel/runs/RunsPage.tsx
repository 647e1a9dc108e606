// The runs: how they went, what two of them differ in, and the way back to an earlier one.

import { useOverview } from "../api/questions";
import { isUnderWay, useRuns, useStartRun } from "../api/runs";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { CompareCard } from "./CompareCard";
import { HeldNotice } from "./HeldNotice";
import { RunProgress } from "./RunProgress";
import { RunsTable } from "./RunsTable";
import { say } from "../words/say";

export function RunsPage() {
  const question = useRuns();
  const overview = useOverview().data;
  const starting = useStartRun();
  const moving = question.data?.filter(isUnderWay) ?? [];
  const start = () => {
    starting.mutate(undefined);
  };
  const button = (
    <Button
      size="small"
      variant="secondary"
      disabled={starting.isPending || moving.some(({ state }) => state === "running")}
      onClick={start}
    >
      {say("runs.now")}
    </Button>
  );
  return (
    <AppPage title={say("runs.title")} subtitle={<Muted>{say("runs.what")}</Muted>}>
      <HeldNotice runId={overview?.shop.held_run_id ?? null} />
      <Answered question={question} loading={say("runs.loading")} lines={8}>
        {(runs) => (
          <>
            <Card title={say("runs.latest")} action={button}>
              {starting.isError && <TroubleNotice trouble={starting.error} onAgain={start} />}
              {moving.map((run) => (
                <RunProgress key={run.id} run={run} />
              ))}
              {runs.length === 0 ? (
                <Empty title={say("runs.none")}>{say("runs.none.when")}</Empty>
              ) : (
                <RunsTable runs={runs} heldAt={overview?.shop.held_run_id ?? null} />
              )}
            </Card>
            <CompareCard runs={runs.filter(({ state }) => state === "done")} />
          </>
        )}
      </Answered>
    </AppPage>
  );
}
