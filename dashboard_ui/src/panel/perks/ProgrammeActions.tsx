// What can be done with a programme that was started.

import { type Step, useExtendPerk, useStepPerk } from "../api/perkChanges";
import type { Programme } from "../api/perks";
import { usePlace } from "../bridge/place";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { perkPlace } from "./place";

const MONTH_MS = 30 * 86_400_000;

const STEPS: { step: Step; label: string; question: string; states: Programme["state"][] }[] = [
  {
    step: "pause",
    label: "Pause",
    question: "Draw nobody new, and stop what can be stopped?",
    states: ["running", "scheduled"],
  },
  { step: "start", label: "Resume", question: "Go on?", states: ["paused"] },
  {
    step: "end",
    label: "End",
    question: "End it for good?",
    states: ["running", "scheduled", "paused"],
  },
  {
    step: "duplicate",
    label: "Duplicate",
    question: "Make a draft with the same plan?",
    states: ["scheduled", "running", "paused", "ended"],
  },
];

export function ProgrammeActions({ programme }: { programme: Programme }) {
  const stepping = useStepPerk();
  const extending = useExtendPerk();
  const { go } = usePlace();
  const { id, state } = programme;
  return (
    <>
      <span className="line line-wrap">
        {STEPS.filter(({ states }) => states.includes(state)).map(({ step, label, question }) => (
          <Confirm
            key={step}
            label={label}
            question={question}
            yes={label}
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
            label="Extend by 30 days"
            question="Let it go on for 30 days more?"
            yes="Extend"
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
