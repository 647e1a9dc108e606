// Whether influence shows in this shop at all: one sentence, and behind it how that is known.

import type { Influence } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { GatePlot } from "./GatePlot";
import { NextSteps } from "./NextSteps";
import { GATE, gateSaid, isFlat } from "./words";
import css from "./influence.module.css";

type Shown = Pick<Influence, "gate" | "identified" | "late_ties">;

function Proof({ gate, late_ties: late }: Omit<Shown, "identified">) {
  return (
    <details className={css.proof}>
      <summary className="link">How do we know?</summary>
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
        <Muted>
          A shuffle gives the buyers of each product one another&apos;s dates, which leaves who
          bought what and who knows whom, and takes away who came first. Where the real count lies
          among the shuffles, chance explains it.
        </Muted>
      </div>
    </details>
  );
}

export function GateCard({ gate, identified, late_ties }: Shown) {
  const { format } = useShop();
  const { label, tone } = GATE[gate.state];
  const judged = gate.state === "open" || gate.state === "shut";
  const shown = judged && gate.permuted.length > 0 && !isFlat(gate);
  return (
    <Card title="Does influence show in this shop?" action={<Chip tone={tone}>{label}</Chip>}>
      <Text as="p" size={3}>
        {gateSaid(gate)}
      </Text>
      {identified && (
        <Text as="p" size={3}>
          {identified.sentence}
        </Text>
      )}
      {shown ? <Proof gate={gate} late_ties={late_ties} /> : <NextSteps />}
      {gate.as_of && <Muted>As of {format.moment(gate.as_of)}</Muted>}
    </Card>
  );
}
