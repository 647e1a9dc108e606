// Whether events arrive from Saleor and records reach it; what stands in the way is told on the overview.

import { useOverview } from "../api/questions";
import { QueuesCard } from "../overview/QueuesCard";
import { Answered } from "../parts/Answered";
import { Notice } from "../parts/Notice";
import { PlaceLink } from "../parts/PlaceLink";

export function HealthCard() {
  return (
    <Answered question={useOverview()} loading="Loading how Saleor is reached" lines={6}>
      {({ outbox, inbox, counted_to, problems }) => (
        <>
          {problems.length > 0 && (
            <Notice
              tone="warning"
              title={problems.length === 1 ? "There is a problem" : `${problems.length} problems`}
              points={problems.map(({ message }) => message)}
            />
          )}
          <QueuesCard {...{ outbox, inbox, counted_to }} />
          {problems.length > 0 && <PlaceLink to="/">What to do about it</PlaceLink>}
        </>
      )}
    </Answered>
  );
}
