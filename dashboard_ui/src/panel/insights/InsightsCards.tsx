// What the shop knows without ties, and how it learns more.

import { useInsights } from "../api/insights";
import { Answered } from "../parts/Answered";
import { ExpectedCard } from "./ExpectedCard";
import { FirstStepsCard } from "./FirstStepsCard";
import { LearningCard } from "./LearningCard";
import { RegularsCard } from "./RegularsCard";
import { SellsTogetherCard } from "./SellsTogetherCard";

export function InsightsCards({ runId }: { runId: number | undefined }) {
  return (
    <Answered question={useInsights(runId)} loading="Loading what is known already" lines={6}>
      {({ expected, due, slipping, sells_together: together, steps, learning }) => (
        <>
          <div className="column">
            <FirstStepsCard steps={steps} />
            <LearningCard learning={learning} />
          </div>
          <div className="column">
            <ExpectedCard expected={expected} />
            <RegularsCard title="Due about now" customers={due} money="clv" label="expected" />
            <RegularsCard
              title="Quiet for longer than usual"
              customers={slipping}
              money="yearly"
              label="a year, before"
            />
          </div>
          <SellsTogetherCard together={together} />
        </>
      )}
    </Answered>
  );
}
