// A new programme.

import { useState } from "react";

import { AppPage } from "../parts/AppPage";
import { Muted } from "../parts/Muted";
import { emptyDraft } from "./draft";
import { Wizard } from "./Wizard";
import { WHAT_A_PROGRAMME_IS } from "./words";

export function NewPerkPage() {
  const [start] = useState(() => emptyDraft(Date.now()));
  return (
    <AppPage title="New programme" subtitle={<Muted>{WHAT_A_PROGRAMME_IS}</Muted>}>
      <Wizard id={null} start={start} />
    </AppPage>
  );
}
