// The ties that staff told, as a file: they go when the app is removed.

import { useTiesAsCsv } from "../api/ties";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function ExportCard() {
  const csv = useTiesAsCsv();
  const save = () => {
    csv.mutate(undefined, {
      onSuccess: (text) => {
        download("ties.csv", text, "text/csv");
      },
    });
  };
  return (
    <Card title={say("ties.export")}>
      <Muted>{say("ties.export.what")}</Muted>
      <div className="line">
        <Button variant="secondary" disabled={csv.isPending} onClick={save}>
          {say("ties.export.yes")}
        </Button>
      </div>
      {csv.isError && <TroubleNotice trouble={csv.error} />}
    </Card>
  );
}
