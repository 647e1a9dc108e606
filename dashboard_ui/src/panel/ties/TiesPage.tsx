// Who knows whom: the ties that the ledger looks along, and the import of more.

import { useMay } from "../bridge/may";
import { AppPage } from "../parts/AppPage";
import { Muted } from "../parts/Muted";
import { ExportCard } from "./ExportCard";
import { ImportCard } from "./ImportCard";
import { TiesCard } from "./TiesCard";
import { WHAT_A_TIE_IS } from "./words";

export function TiesPage() {
  const mayChange = useMay("MANAGE_APPS");
  return (
    <AppPage title="Ties" subtitle={<Muted>{WHAT_A_TIE_IS}</Muted>}>
      <TiesCard mayChange={mayChange} />
      {mayChange ? (
        <ImportCard />
      ) : (
        <Muted>To import or remove ties takes the permission to manage apps.</Muted>
      )}
      <ExportCard />
    </AppPage>
  );
}
