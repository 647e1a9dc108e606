// How many people are asked again, because settings go beyond what they agreed to: now, and by those in the form.

import { type AskedAgain, useAskedAgain, useAskedAgainBy } from "../api/privacy";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { type Draft, inputOf } from "./draft";
import { say } from "../words/say";

function Paused({ paused }: Pick<AskedAgain, "paused">) {
  return paused === 0 ? null : <>{say("privacy.again.paused", { count: paused })} </>;
}

export function AskedAgainNow({ confirmedAt }: { confirmedAt: string | null }) {
  const question = useAskedAgain(confirmedAt);
  if (question.data === undefined || question.data.people === 0) return null;
  return (
    <Muted>
      {say("privacy.again.now", { count: question.data.people })}{" "}
      <Paused paused={question.data.paused} />
    </Muted>
  );
}

export function AskedAgainByThese({ draft }: { draft: Draft }) {
  const question = useAskedAgainBy(inputOf(draft));
  if (question.isError) return <TroubleNotice trouble={question.error} />;
  if (question.data === undefined) return <Muted>{say("privacy.again.counting")}</Muted>;
  if (question.data.people === 0) return <Muted>{say("privacy.again.none")}</Muted>;
  return (
    <Notice tone="warning" title={say("privacy.again.these", { count: question.data.people })}>
      {say("privacy.again.these.what")} <Paused paused={question.data.paused} />
    </Notice>
  );
}
