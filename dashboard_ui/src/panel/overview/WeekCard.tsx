// The last week beside the week before it, in five figures.

import { useWeek } from "../api/overview";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";
import css from "./Week.module.css";
import { daysOf } from "./week";
import { WeekFigureCard } from "./WeekFigureCard";

export function WeekCard({ runId }: { runId: number | undefined }) {
  const { format } = useShop();
  return (
    <Card title={say("mounts.week.title")} wide>
      <Answered question={useWeek(runId)} loading={say("mounts.week.loading")} lines={4}>
        {(week) => (
          <>
            <Muted>{say("overview.week.days", { days: daysOf(week, format.locale) })}</Muted>
            <ul className={css.tiles}>
              {week.figures.map((figure) => (
                <WeekFigureCard key={figure.key} figure={figure} />
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Card>
  );
}
