// How large the largest segments were after each run.

import { useWeek, type Week } from "../api/overview";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { LineChart } from "../parts/LineChart";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";
import { linesOf } from "./sizes";

function Drawn({ segments }: Pick<Week, "segments">) {
  const { format } = useShop();
  const lines = linesOf(segments);
  const runs = Math.max(0, ...lines.map((line) => line.points.length));
  if (runs < 2) return <Muted>{say("overview.sizes.early")}</Muted>;
  const names = lines.map((line) => line.name).join(", ");
  const label = say("overview.sizes.picture", { names, count: format.count(runs) });
  return <LineChart label={label} lines={lines} write={format.count} height={200} />;
}

export function SizesChart({ runId }: { runId: number | undefined }) {
  return (
    <Answered question={useWeek(runId)} loading={say("overview.sizes.loading")} lines={4}>
      {({ segments }) => <Drawn segments={segments} />}
    </Answered>
  );
}
