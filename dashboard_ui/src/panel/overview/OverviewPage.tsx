// The app's page: how the week was, does influence show, who stands out and who moved, is everything here.

import { useInfluence, type Overview, useOverview } from "../api/questions";
import { GateCard } from "../influence/GateCard";
import { TiesCard } from "../influence/TiesCard";
import { TotalsCard } from "../influence/TotalsCard";
import { hasMoney, isOpen } from "../influence/words";
import { InsightsCards } from "../insights/InsightsCards";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { say } from "../words/say";
import { HeldNotice } from "../runs/HeldNotice";
import { HistoryCard } from "./HistoryCard";
import { MoversCard } from "./MoversCard";
import { Problems } from "./Problems";
import { QueuesCard } from "./QueuesCard";
import { RunCard } from "./RunCard";
import { SegmentsCard } from "./SegmentsCard";
import { TopCustomers } from "./TopCustomers";
import { WeekCard } from "./WeekCard";

function Influence({ question }: { question: ReturnType<typeof useInfluence> }) {
  return (
    <Answered question={question} loading={say("overview.influence.loading")} lines={6}>
      {({ gate, identified, late_ties, totals, verdicts, foretold, ties, set_aside }) => {
        const late = isOpen(gate) ? late_ties : null;
        const money = isOpen(gate) || hasMoney(totals, verdicts);
        const tiesCard = <TiesCard ties={ties} set_aside={set_aside} />;
        return (
          <>
            <div className="column">
              <GateCard gate={gate} identified={identified} late_ties={late} />
              {money && tiesCard}
            </div>
            <div className="column">
              {money ? (
                <TotalsCard totals={totals} verdicts={verdicts} foretold={foretold} />
              ) : (
                tiesCard
              )}
            </div>
          </>
        );
      }}
    </Answered>
  );
}

/** Where influence does not show, what is known without it stands first, and no row of zeros. */
function Cards({ overview }: { overview: Overview }) {
  const runId = overview.last_done?.id;
  const question = useInfluence(runId);
  const shows = question.data !== undefined && isOpen(question.data.gate);
  return (
    <div className="cards">
      {!overview.shop.active && (
        <div className="card-wide">
          <Notice tone="warning" title={say("overview.off")}>
            {say("overview.off.what")}
          </Notice>
        </div>
      )}
      <Problems problems={overview.problems} />
      <HeldNotice runId={overview.shop.held_run_id} />
      <WeekCard runId={runId} />
      {question.isSuccess && !shows && <InsightsCards runId={runId} />}
      <Influence question={question} />
      <div className="column">
        <MoversCard runId={runId} segments={overview.segments} />
      </div>
      <div className="column">
        <SegmentsCard segments={overview.segments} runId={runId} />
      </div>
      <TopCustomers segments={overview.segments} runId={runId} />
      {shows && <InsightsCards runId={runId} />}
      <div className="column">
        <RunCard
          run={overview.last_run}
          done={overview.last_done}
          history={overview.history.state}
        />
        <QueuesCard {...overview} />
      </div>
      <div className="column">
        <HistoryCard {...overview} />
      </div>
    </div>
  );
}

export function OverviewPage() {
  return (
    <AppPage title={say("parts.place.overview")} subtitle={<Muted>{say("overview.what")}</Muted>}>
      <Answered question={useOverview()} loading={say("overview.loading")} lines={8}>
        {(overview) => <Cards overview={overview} />}
      </Answered>
    </AppPage>
  );
}
