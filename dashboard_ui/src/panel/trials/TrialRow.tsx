// One trial: its state, the sentence, and what it rests on.

import type { ReactNode } from "react";

import { useGoodsNames } from "../api/goodsQuestions";
import type { Trial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { sentenceAfter } from "../customer/Verdict";
import type { Format } from "../format/format";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { Power } from "./Power";
import { TrialActions } from "./TrialActions";
import { lookOf, points } from "./words";
import { say } from "../words/say";

const spanOf = ({ started_at: from, ends_at: to }: Trial, format: Format) => ({
  from: format.day(from),
  to: format.day(to),
});

const isProven = (low: number | null): low is number => low !== null && low > 0;

/** What an invitation trial of before rests on. */
function Invitations({ trial }: { trial: Trial }) {
  const { format } = useShop();
  const { difference, difference_low: low, difference_high: high } = trial;
  const what = trial.category_name ?? say("trials.anything");
  return (
    <Muted>
      {difference !== null && low !== null && high !== null && (
        <>
          {say("trials.difference", {
            difference: points(difference),
            low: format.count(Math.round(low * 100)),
            high: points(high),
          })}{" "}
        </>
      )}
      {say("trials.invitation", { what, ...spanOf(trial, format) })}
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
  const share = difference === null ? "" : format.percent(difference);
  const said = [
    say("trials.names", { products: named }),
    hasBegun && say("trials.counts", spanOf(trial, format)),
    difference !== null && !isProven(low) && say("trials.effect", { share }),
    difference !== null &&
      isProven(low) &&
      say("trials.effect.least", { share, least: format.percent(low) }),
    trial.state === "running" && say("trials.segment", { name: trial.segment }),
    trial.looked_at && say("trials.counted", { when: format.moment(trial.looked_at) }),
    hasBegun && left > 0 && say("trials.left", { count: left }),
  ];
  return <Muted>{said.filter(Boolean).join(" ")}</Muted>;
}

interface Props {
  trial: Trial;
  mayChange: boolean;
  children?: ReactNode;
}

export function TrialRow({ trial, mayChange, children }: Props) {
  const { word, tone, icon } = lookOf(trial);
  const label = say(word);
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
