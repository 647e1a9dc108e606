// What stands in customers' records in Saleor, where other apps of the shop can read it.

import { type Preferences, useChangeSettings, useSettings } from "../api/settings";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";
import { TroubleNotice } from "../parts/TroubleNotice";

function Choice({ settings }: { settings: Preferences }) {
  const mayChange = useMay("MANAGE_APPS");
  const changing = useChangeSettings();
  const onlySegments = settings.segments_only;
  if (!mayChange)
    return (
      <p>
        {onlySegments
          ? "The names of the segments that a customer is in, and nothing of customers who are in none."
          : "Segments, value and score of every customer who has a value."}
      </p>
    );
  return (
    <>
      <Tick
        checked={onlySegments}
        onTick={(segments_only) => {
          if (!changing.isPending) changing.mutate({ ...settings, segments_only });
        }}
      >
        Write the names of segments only, without value and score
      </Tick>
      {changing.isError && <TroubleNotice trouble={changing.error} />}
    </>
  );
}

export function WrittenCard() {
  return (
    <Card title="Written into Saleor">
      <div className="stack">
        <Answered question={useSettings()} loading="Loading what is written" lines={2}>
          {(settings) => <Choice settings={settings} />}
        </Answered>
        <Muted>
          It stands in the private metadata of customers. Every app of this shop with the permission
          to manage customers can read it there. A change is written within minutes.
        </Muted>
      </div>
    </Card>
  );
}
