// How many people are asked again, because settings go beyond what they agreed to: now, and by those in the form.

import { type AskedAgain, useAskedAgain, useAskedAgainBy } from "../api/privacy";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { type Draft, inputOf } from "./draft";

function usePeople() {
  const { format } = useShop();
  return (count: number) => (count === 1 ? "1 person" : `${format.count(count)} people`);
}

function Paused({ paused }: Pick<AskedAgain, "paused">) {
  const people = usePeople();
  return paused === 0 ? null : <>Of {people(paused)} nothing new is read until then. </>;
}

export function AskedAgainNow({ confirmedAt }: { confirmedAt: string | null }) {
  const people = usePeople();
  const question = useAskedAgain(confirmedAt);
  if (question.data === undefined || question.data.people === 0) return null;
  return (
    <Muted>
      {people(question.data.people)} agreed to older, narrower settings and will be asked on the
      customer&apos;s page. Until they agree, the older limits hold for them.{" "}
      <Paused paused={question.data.paused} />
    </Muted>
  );
}

export function AskedAgainByThese({ draft }: { draft: Draft }) {
  const people = usePeople();
  const question = useAskedAgainBy(inputOf(draft));
  if (question.isError) return <TroubleNotice trouble={question.error} />;
  if (question.data === undefined) return <Muted>Counting who would be asked again</Muted>;
  if (question.data.people === 0) return <Muted>Nobody has to be asked again.</Muted>;
  return (
    <Notice tone="warning" title={`${people(question.data.people)} will be asked again`}>
      These settings go beyond what they agreed to. They are asked on the customer&apos;s page, not
      by e-mail, and the older limits hold for them until they agree.{" "}
      <Paused paused={question.data.paused} />
    </Notice>
  );
}
