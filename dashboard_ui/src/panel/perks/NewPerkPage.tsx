// A new programme.

import { useState } from "react";

import { AppPage } from "../parts/AppPage";
import { Muted } from "../parts/Muted";
import { emptyDraft, usesOf } from "./draft";
import { Wizard } from "./Wizard";
import { say } from "../words/say";

/** `kind`: what it is to give, chosen already. */
export function NewPerkPage({ kind }: { kind?: string } = {}) {
  const [start] = useState(() => {
    const empty = emptyDraft(Date.now());
    return kind === undefined ? empty : { ...empty, kind, usesEach: usesOf(kind) };
  });
  return (
    <AppPage title={say("perks.new")} subtitle={<Muted>{say("perks.about")}</Muted>}>
      <Wizard id={null} start={start} />
    </AppPage>
  );
}
