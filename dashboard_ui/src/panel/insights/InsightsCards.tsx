// What the shop knows without ties, and how it learns more.

import { useInsights } from "../api/insights";
import { Answered } from "../parts/Answered";
import { say } from "../words/say";
import { ExpectedCard } from "./ExpectedCard";
import { FirstStepsCard } from "./FirstStepsCard";
import { LearningCard } from "./LearningCard";
import { RegularsCard } from "./RegularsCard";
import { SellsTogetherCard } from "./SellsTogetherCard";

export function InsightsCards({ runId }: { runId: number | undefined }) {
  return (
    <Answered question={useInsights(runId)} loading={say("overview.known.loading")} lines={6}>
      {({ expected, due, slipping, sells_together: together, steps, learning }) => (
        <>
          <div className="column">
            <FirstStepsCard steps={steps} />
            <LearningCard learning={learning} />
          </div>
          <div className="column">
            <ExpectedCard expected={expected} />
            <RegularsCard
              title={say("overview.due")}
              customers={due}
              money="clv"
              label={say("overview.due.money")}
            />
            <RegularsCard
              title={say("overview.quiet")}
              customers={slipping}
              money="yearly"
              label={say("overview.quiet.money")}
            />
          </div>
          <SellsTogetherCard together={together} />
        </>
      )}
    </Answered>
  );
}
