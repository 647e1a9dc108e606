// Whether influence shows in this shop at all: one sentence, and behind it how that is known.

import type { Influence } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip, type Tone } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { GatePlot } from "./GatePlot";
import { NextSteps } from "./NextSteps";
import { gateSaid, isFlat } from "./words";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import css from "./influence.module.css";

const GATE: Record<Influence["gate"]["state"], { word: Key; tone: Tone }> = {
  open: { word: "overview.gate.open", tone: "success" },
  shut: { word: "overview.gate.shut", tone: "neutral" },
  "no-ties": { word: "ties.none", tone: "neutral" },
  "not-yet-run": { word: "mounts.order.waits", tone: "neutral" },
};

type Shown = Pick<Influence, "gate" | "identified" | "late_ties">;

function Proof({ gate, late_ties: late }: Omit<Shown, "identified">) {
  return (
    <details className={css.proof}>
      <summary className="link">{say("overview.gate.how")}</summary>
      <div className="stack">
        {gate.sentence !== gateSaid(gate) && (
          <Text as="p" size={3}>
            {gate.sentence}
          </Text>
        )}
        {late && (
          <Text as="p" size={3}>
            {late.sentence}
          </Text>
        )}
        <GatePlot observed={gate.observed} permuted={gate.permuted} />
        <Muted>{say("overview.gate.shuffle")}</Muted>
      </div>
    </details>
  );
}

export function GateCard({ gate, identified, late_ties }: Shown) {
  const { format } = useShop();
  const { word, tone } = GATE[gate.state];
  const judged = gate.state === "open" || gate.state === "shut";
  const shown = judged && gate.permuted.length > 0 && !isFlat(gate);
  return (
    <Card title={say("overview.gate.title")} action={<Chip tone={tone}>{say(word)}</Chip>}>
      <Text as="p" size={3}>
        {gateSaid(gate)}
      </Text>
      {identified && (
        <Text as="p" size={3}>
          {identified.sentence}
        </Text>
      )}
      {shown ? <Proof gate={gate} late_ties={late_ties} /> : <NextSteps />}
      {gate.as_of && (
        <Muted>{say("overview.gate.asof", { when: format.moment(gate.as_of) })}</Muted>
      )}
    </Card>
  );
}
