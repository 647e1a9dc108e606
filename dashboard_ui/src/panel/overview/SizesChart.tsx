// How large the largest segments were after each run.

import { useWeek, type Week } from "../api/overview";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { LineChart } from "../parts/LineChart";
import { Muted } from "../parts/Muted";
import { linesOf } from "./sizes";

function Drawn({ segments }: Pick<Week, "segments">) {
  const { format } = useShop();
  const lines = linesOf(segments);
  const runs = Math.max(0, ...lines.map((line) => line.points.length));
  if (runs < 2) return <Muted>How sizes change is drawn here from the second run on.</Muted>;
  const label = `Sizes of ${lines.map((line) => line.name).join(", ")} over the last ${format.count(runs)} runs`;
  return <LineChart label={label} lines={lines} write={format.count} height={200} />;
}

export function SizesChart({ runId }: { runId: number | undefined }) {
  return (
    <Answered question={useWeek(runId)} loading="Loading the sizes" lines={4}>
      {({ segments }) => <Drawn segments={segments} />}
    </Answered>
  );
}
