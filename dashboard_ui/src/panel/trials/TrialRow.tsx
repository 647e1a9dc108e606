// One trial: its state, the sentence, and what it rests on.

import type { ReactNode } from "react";

import { useGoodsNames } from "../api/goodsQuestions";
import type { Trial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { sentenceAfter } from "../customer/Verdict";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { Power } from "./Power";
import { TrialActions } from "./TrialActions";
import { points, stateOf } from "./words";

/** What an invitation trial of before rests on. */
function Invitations({ trial }: { trial: Trial }) {
  const { format } = useShop();
  const { difference, difference_low: low, difference_high: high } = trial;
  const what = trial.category_name ?? "anything";
  return (
    <Muted>
      {difference !== null && low !== null && high !== null && (
        <>
          Difference {points(format, difference)}, 90 % interval{" "}
          {format.count(Math.round(low * 100))} to {points(format, high)}.{" "}
        </>
      )}
      An invitation trial: counts who bought {what} from {format.day(trial.started_at)} to{" "}
      {format.day(trial.ends_at)}.
    </Muted>
  );
}

function Lots({ trial, things }: { trial: Trial; things: readonly string[] }) {
  const { format } = useShop();
  const names = useGoodsNames("product", things);
  const named = things.map((id) => names.data?.get(id) ?? id).join(", ");
  const { difference, difference_low: low, contacts } = trial;
  const left = (contacts ?? 0) - trial.here;
  const hasBegun = !["planning", "planned", "refused", "starting"].includes(trial.state);
  return (
    <Muted>
      The letter names {named}.{" "}
      {hasBegun && (
        <>
          Orders of these count from {format.day(trial.started_at)} to {format.day(trial.ends_at)}
          .{" "}
        </>
      )}
      {difference !== null && <>Difference: {format.percent(difference)} of those told</>}
      {low !== null && low > 0 && <>; at least {format.percent(low)}, with 95 % certainty</>}
      {difference !== null && <>. </>}
      {trial.state === "running" && <>Segment in Saleor: {trial.segment}. </>}
      {trial.looked_at && <>Counted {format.moment(trial.looked_at)}. </>}
      {hasBegun && left > 0 && <>{format.count(left)} contacts left since. </>}
    </Muted>
  );
}

interface Props {
  trial: Trial;
  mayChange: boolean;
  children?: ReactNode;
}

export function TrialRow({ trial, mayChange, children }: Props) {
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
        {trial.things === null ? (
          <Invitations trial={trial} />
        ) : (
          <Lots trial={trial} things={trial.things} />
        )}
        {trial.state === "planned" && <Power trial={trial} />}
        <TrialActions trial={trial} mayChange={mayChange} />
      </div>
    </li>
  );
}
