// What stands in customers' records in Saleor, where other apps of the shop can read it.

import { type Preferences, useChangeSettings, useSettings } from "../api/settings";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { Tick } from "../parts/Tick";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

function Choice({ settings }: { settings: Preferences }) {
  const mayChange = useMay("MANAGE_APPS");
  const changing = useChangeSettings();
  const onlySegments = settings.segments_only;
  if (!mayChange)
    return <p>{say(onlySegments ? "privacy.written.names" : "privacy.written.all")}</p>;
  return (
    <>
      <Tick
        checked={onlySegments}
        onTick={(segments_only) => {
          if (!changing.isPending) changing.mutate({ ...settings, segments_only });
        }}
      >
        {say("settings.written.segments")}
      </Tick>
      {changing.isError && <TroubleNotice trouble={changing.error} />}
    </>
  );
}

export function WrittenCard() {
  return (
    <Card title={say("settings.written")}>
      <div className="stack">
        <Answered question={useSettings()} loading={say("privacy.written.loading")} lines={2}>
          {(settings) => <Choice settings={settings} />}
        </Answered>
        <Muted>{say("privacy.written.what")}</Muted>
      </div>
    </Card>
  );
}
