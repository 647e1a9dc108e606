// Four steps: whom, what, limits, and a look at what would happen before anything does.

import { useState } from "react";

import { useKeepPerk } from "../api/perkChanges";
import { useChannels, usePerkKinds } from "../api/perks";
import { useSegmentChoices, useSegments } from "../api/segments";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { CheckStep } from "./CheckStep";
import type { Draft } from "./draft";
import { type Lacks, lacksOf } from "./lacks";
import { LimitsStep } from "./LimitsStep";
import { STEPS, Steps, stepWords } from "./Steps";
import { wantedOf } from "./wanted";
import { WhatStep } from "./WhatStep";
import { WhomStep } from "./WhomStep";
import { say } from "../words/say";

const CHECK = STEPS.length - 1;
const NOTHING: Lacks = new Map();

export function Wizard({ id, start }: { id: number | null; start: Draft }) {
  const [draft, setDraft] = useState(start);
  const [step, setStep] = useState(0);
  const [lacks, setLacks] = useState<Lacks>(NOTHING);
  const kinds = usePerkKinds();
  const segments = useSegments();
  const choices = useSegmentChoices();
  const channels = useChannels();
  const keeping = useKeepPerk();
  const kept = keeping.data?.id ?? id;
  const onChange = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setLacks(NOTHING);
  };
  const go = (to: number) => {
    setLacks(NOTHING);
    setStep(to);
  };
  const next = () => {
    const found = lacksOf(draft, step, choices.data);
    setLacks(found);
    if (found.size > 0) return;
    if (step + 1 < CHECK) {
      go(step + 1);
      return;
    }
    const body = wantedOf(draft, channels.data ?? [], choices.data);
    keeping.mutate(
      { id: kept, body },
      {
        onSuccess: () => {
          go(CHECK);
        },
      },
    );
  };
  const given = { draft, lacks, onChange };
  const last = keeping.isPending ? "plan.keeping" : "plan.check";
  const onward = step + 1 === CHECK ? last : "plan.next";
  const back = step > 0 && (
    <Button
      variant="secondary"
      type="button"
      size={step === CHECK ? "small" : "medium"}
      onClick={() => {
        go(step - 1);
      }}
    >
      {say("plan.back")}
    </Button>
  );
  return (
    <Card title={stepWords(step, STEPS[step] ?? "check")}>
      <Steps at={step} onGo={go} />
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        {step === 0 && (
          <Answered question={segments} loading={say("plan.loading.segments")} lines={3}>
            {(found) => <WhomStep {...given} segments={found} choices={choices} />}
          </Answered>
        )}
        {step === 1 && (
          <Answered question={kinds} loading={say("plan.loading.kinds")} lines={4}>
            {(known) => (
              <Answered question={channels} loading={say("plan.loading.channels")} lines={2}>
                {(found) => <WhatStep {...given} kinds={known} channels={found} />}
              </Answered>
            )}
          </Answered>
        )}
        {step === 2 && <LimitsStep {...given} />}
        {step === CHECK && kept !== null && <CheckStep id={kept} back={back} />}
        {lacks.size > 0 && (
          <Notice tone="critical" title={say("plan.missing")}>
            {[...lacks.values()].join(" ")}
          </Notice>
        )}
        {keeping.isError && <TroubleNotice trouble={keeping.error} />}
        {step < CHECK && (
          <span className="line line-wrap">
            {back}
            <Button type="submit" disabled={keeping.isPending}>
              {say(onward)}
            </Button>
          </span>
        )}
      </form>
    </Card>
  );
}
