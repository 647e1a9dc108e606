// Whether events arrive from Saleor and records reach it; what stands in the way is told on the overview.

import { useOverview } from "../api/questions";
import { QueuesCard } from "../overview/QueuesCard";
import { Answered } from "../parts/Answered";
import { Notice } from "../parts/Notice";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

export function HealthCard() {
  return (
    <Answered question={useOverview()} loading={say("settings.health.loading")} lines={6}>
      {({ outbox, inbox, counted_to, problems }) => (
        <>
          {problems.length > 0 && (
            <Notice
              tone="warning"
              title={say("settings.health.problems", { count: problems.length })}
              points={problems.map(({ message }) => message)}
            />
          )}
          <QueuesCard {...{ outbox, inbox, counted_to }} />
          {problems.length > 0 && <PlaceLink to="/">{say("settings.health.what")}</PlaceLink>}
        </>
      )}
    </Answered>
  );
}
