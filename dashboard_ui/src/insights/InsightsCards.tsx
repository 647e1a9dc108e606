// What the shop knows without ties, and how it learns more. `children` stand below the first steps.

import type { ReactNode } from "react";

import { useInsights } from "../api/insights";
import { Answered } from "../parts/Answered";
import { ExpectedCard } from "./ExpectedCard";
import { FirstStepsCard } from "./FirstStepsCard";
import { RegularsCard } from "./RegularsCard";
import { SellsTogetherCard } from "./SellsTogetherCard";

interface Props {
  runId: number | undefined;
  children?: ReactNode;
}

export function InsightsCards({ runId, children }: Props) {
  return (
    <Answered question={useInsights(runId)} loading="Loading what is known already" lines={6}>
      {({ expected, due, slipping, sells_together: together, steps }) => (
        <>
          <div className="column">
            <FirstStepsCard steps={steps} />
            {children}
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
