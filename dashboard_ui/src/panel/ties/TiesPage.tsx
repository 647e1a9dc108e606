// Who knows whom: the ties that the ledger looks along, and the import of more.

import { useMay } from "../bridge/may";
import { AppPage } from "../parts/AppPage";
import { Muted } from "../parts/Muted";
import { ExportCard } from "./ExportCard";
import { ImportCard } from "./ImportCard";
import { TiesCard } from "./TiesCard";
import { say } from "../words/say";

export function TiesPage() {
  const mayChange = useMay("MANAGE_APPS");
  return (
    <AppPage title={say("ties.title")} subtitle={<Muted>{say("ties.what")}</Muted>}>
      <TiesCard mayChange={mayChange} />
      {mayChange ? <ImportCard /> : <Muted>{say("ties.permission")}</Muted>}
      <ExportCard />
    </AppPage>
  );
}
