// What can be done with a programme that was started.

import { type Step, useExtendPerk, useStepPerk } from "../api/perkChanges";
import type { Programme } from "../api/perks";
import { usePlace } from "../bridge/place";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { perkPlace } from "./place";
import { say } from "../words/say";

const MONTH_MS = 30 * 86_400_000;

const STEPS: { step: Step; states: Programme["state"][] }[] = [
  { step: "pause", states: ["running", "scheduled"] },
  { step: "start", states: ["paused"] },
  { step: "end", states: ["running", "scheduled", "paused"] },
  { step: "duplicate", states: ["scheduled", "running", "paused", "ended"] },
];

export function ProgrammeActions({ programme }: { programme: Programme }) {
  const stepping = useStepPerk();
  const extending = useExtendPerk();
  const { go } = usePlace();
  const { id, state } = programme;
  return (
    <>
      <span className="line line-wrap">
        {STEPS.filter(({ states }) => states.includes(state)).map(({ step }) => (
          <Confirm
            key={step}
            label={say(`perks.step.${step}`)}
            question={say(`perks.step.${step}.sure`)}
            yes={say(`perks.step.${step}`)}
            busy={stepping.isPending}
            onYes={() => {
              stepping.mutate(
                { id, step },
                {
                  onSuccess: (made) => {
                    if (made.id !== id) go(perkPlace(made.id));
                  },
                },
              );
            }}
          />
        ))}
        {state !== "ended" && (
          <Confirm
            label={say("perks.extend")}
            question={say("perks.extend.sure")}
            yes={say("perks.extend.yes")}
            busy={extending.isPending}
            onYes={() => {
              const endsAt = new Date(Date.parse(programme.ends_at) + MONTH_MS).toISOString();
              extending.mutate({ id, endsAt });
            }}
          />
        )}
      </span>
      {stepping.isError && <TroubleNotice trouble={stepping.error} />}
      {extending.isError && <TroubleNotice trouble={extending.error} />}
    </>
  );
}
