// One programme: its plan while it is a draft, and from its start what it gave and what came of it.

import { usePerk } from "../api/perks";
import { OutreachCard } from "../outreach/OutreachCard";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { AnswersCard } from "./AnswersCard";
import { draftOf } from "./stored";
import { GrantsCard } from "./GrantsCard";
import { ProgrammeCard } from "./ProgrammeCard";
import { RewardsCard } from "./RewardsCard";
import { Wizard } from "./Wizard";
import { say } from "../words/say";

export function PerkPage({ id }: { id: number }) {
  const question = usePerk(id);
  const title = question.data?.title ?? say("perks.perk");
  return (
    <AppPage title={title}>
      <Answered question={question} loading={say("perks.programme.loading")} lines={8}>
        {(programme) =>
          programme.state === "draft" ? (
            <Wizard id={programme.id} start={draftOf(programme)} />
          ) : (
            <>
              <ProgrammeCard programme={programme} />
              {programme.kind === "referral" && <RewardsCard programme={programme} />}
              {programme.kind === "beta_invite" && <AnswersCard id={programme.id} />}
              {programme.kind === "outreach" && (
                <OutreachCard programmeId={programme.id} title={programme.title} />
              )}
              <GrantsCard programme={programme} />
            </>
          )
        }
      </Answered>
    </AppPage>
  );
}
