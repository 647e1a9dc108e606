// The app's page: is everything here, what was calculated, who stands out.

import { useOverview } from "../api/questions";
import { Page } from "../parts/Page";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { HistoryCard } from "./HistoryCard";
import { Problems } from "./Problems";
import { QueuesCard } from "./QueuesCard";
import { RunCard } from "./RunCard";
import { SegmentsCard } from "./SegmentsCard";
import { TopCustomers } from "./TopCustomers";

export function OverviewPage() {
  const question = useOverview();
  const { data: overview } = question;
  const again = () => void question.refetch();
  return (
    <Page
      title="Overview"
      subtitle={<Muted>What your customers are worth, and how sure we are of it.</Muted>}
    >
      {question.isPending && <Skeletons label="Loading the overview" lines={8} />}
      {question.isError && (
        <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />
      )}
      {overview && (
        <div className="cards">
          {!overview.shop.active && (
            <div className="card-wide">
              <Notice tone="warning" title="The app is switched off in this shop">
                Nothing is read or written until it is activated again in the Dashboard.
              </Notice>
            </div>
          )}
          <Problems problems={overview.problems} />
          <div className="column">
            <HistoryCard history={overview.history} drift={overview.drift} />
            <SegmentsCard segments={overview.segments} />
          </div>
          <div className="column">
            <RunCard run={overview.last_run} history={overview.history.state} />
            <QueuesCard outbox={overview.outbox} inbox={overview.inbox} />
          </div>
          <TopCustomers segments={overview.segments} runId={overview.last_run?.id} />
        </div>
      )}
    </Page>
  );
}
