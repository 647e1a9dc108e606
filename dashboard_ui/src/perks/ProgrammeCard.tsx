// A programme that was started: what it gave, what came back, and what can be done with it.

import { type Programme, type Step, useExtendPerk, useStepPerk } from "../api/perks";
import { useMay } from "../bridge/may";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { perkPlace } from "./place";
import { programmeWords } from "./words";

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

function Actions({ programme }: { programme: Programme }) {
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

export function ProgrammeCard({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = programmeWords(programme.state);
  const { counts } = programme;
  const { count } = format;
  const facts: Fact[] = [
    { label: "What", value: programme.summary, note: programme.binding },
    { label: "Segment", value: programme.segment },
    {
      label: "From when to when",
      value: `${format.day(programme.starts_at)} to ${format.day(programme.ends_at)}`,
    },
    { label: "Given", value: count(counts.given) },
    { label: "On their way to Saleor", value: count(counts.on_their_way) },
    { label: "Held out", value: count(counts.held_out) },
    { label: "Used", value: count(programme.uses) },
    {
      label: "Of these, by somebody else",
      value: count(programme.uses_by_others),
      note: "Each is a referral of the owner's.",
    },
    { label: "Cost", value: format.money(programme.cost) },
    {
      label: "Orders with it brought in",
      value: format.money(programme.paid),
      note: "Not what the perk brought in: many of these orders would have come anyway.",
    },
  ];
  if (programme.seed !== null) {
    facts.push({
      label: "Seed of the lots",
      value: programme.seed,
      note: "With it anybody can repeat the draw.",
    });
  }
  return (
    <Card
      title="Programme"
      wide
      action={
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
      }
    >
      {programme.state === "running" && counts.members === 0 && (
        <Muted>The customers are being drawn.</Muted>
      )}
      {programme.error !== null && (
        <Notice tone="critical" title={`Saleor refused for ${count(counts.failed)}`}>
          {programme.error}
        </Notice>
      )}
      <Facts facts={facts} />
      {mayChange && <Actions programme={programme} />}
    </Card>
  );
}
