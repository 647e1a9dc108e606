// One trial: its state, the sentence, and what it rests on.

import { Text } from "@saleor/macaw-ui";
import type { ReactNode } from "react";

import { type Trial, useStopTrial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { sentenceAfter } from "../customer/Verdict";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { points, stateOf } from "./words";

function Stop({ trial }: { trial: Trial }) {
  const stopping = useStopTrial();
  return (
    <>
      <Confirm
        label="Stop"
        question="Stop it without a result?"
        yes="Stop"
        busy={stopping.isPending}
        onYes={() => {
          stopping.mutate(trial.id);
        }}
      />
      {stopping.isError && <TroubleNotice trouble={stopping.error} />}
    </>
  );
}

function Basis({ trial }: { trial: Trial }) {
  const { format } = useShop();
  const { difference, difference_low: low, difference_high: high } = trial;
  const what = trial.category_id === null ? "anything" : (trial.category_name ?? "one category");
  const found = `finds ${points(format, trial.detectable)} or more four times in five`;
  if (trial.state === "stopped") {
    const { invited, held_out: others } = trial;
    return (
      <Muted>
        Drawn on {format.day(trial.started_at)}: {format.count(invited.drawn)} invited,{" "}
        {format.count(others.drawn)} held out.
      </Muted>
    );
  }
  const left =
    trial.invited.drawn + trial.held_out.drawn - trial.invited.here - trial.held_out.here;
  return (
    <Muted>
      {difference !== null && low !== null && high !== null && (
        <>
          Difference {points(format, difference)}, 90 % interval{" "}
          {format.count(Math.round(low * 100))} to {points(format, high)}.{" "}
        </>
      )}
      Counts who bought {what} from {format.day(trial.started_at)} to {format.day(trial.ends_at)};{" "}
      {found}. {trial.state === "running" && <>Segment in Saleor: {trial.segment}. </>}
      {left > 0 && <>{format.count(left)} left since and count as not having bought. </>}
    </Muted>
  );
}

export function TrialRow({
  trial,
  mayChange,
  children,
}: {
  trial: Trial;
  mayChange: boolean;
  children?: ReactNode;
}) {
  const { label, tone, icon } = stateOf(trial);
  return (
    <li className="row">
      <div className="topic">
        <div className="topic-head">
          {children}
          <Chip tone={tone} icon={icon}>
            {label}
          </Chip>
        </div>
        <Text as="p" size={3}>
          {sentenceAfter(label, trial.sentence)}
        </Text>
        <Basis trial={trial} />
      </div>
      {mayChange && trial.state === "running" && (
        <div>
          <Stop trial={trial} />
        </div>
      )}
    </li>
  );
}
