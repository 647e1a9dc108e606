// A trial is looked at before it starts: who could be drawn, and what difference it would find.

import { Button, Text } from "@saleor/macaw-ui";
import { useState } from "react";

import type { CustomerValue } from "../api/questions";
import { type TrialPlan, usePlanTrial, useStartTrial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { Choice } from "../parts/Choice";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { points } from "./words";

const ANYTHING = "";
const USUAL = "30";
const DAYS: [string, string][] = ["7", "14", USUAL, "60", "90"].map((days) => [
  days,
  `${days} days`,
]);

interface PlanProps {
  plan: TrialPlan;
  busy: boolean;
  onStart: () => void;
}

function Plan({ plan, busy, onStart }: PlanProps) {
  const { format } = useShop();
  if (plan.refusal !== null) {
    return (
      <div className="import" role="status">
        <Text as="p" size={3}>
          {plan.refusal}
        </Text>
      </div>
    );
  }
  return (
    <div className="import" role="status">
      <Text as="p" size={3}>
        {format.count(plan.invited)} customers would be invited, {format.count(plan.held_out)} held
        out, at random. {format.percent(plan.base_share)} of them bought something similar in the
        same period before
        {plan.detectable !== null &&
          `; a difference of ${points(format, plan.detectable)} or more would be found four times in five`}
        .
      </Text>
      <Muted>{plan.advice}</Muted>
      <Confirm
        label="Start the trial"
        question="Assign them at random and write the segment to Saleor?"
        yes="Start"
        busy={busy}
        onYes={onStart}
      />
    </div>
  );
}

export function StartTrial({ customer }: { customer: CustomerValue }) {
  const [days, setDays] = useState(USUAL);
  const [category, setCategory] = useState(ANYTHING);
  const plan = usePlanTrial();
  const start = useStartTrial();
  const named = customer.topics.filter(({ name }) => name !== null);
  const things: [string, string][] = [
    [ANYTHING, "Anything"],
    ...named.map(({ topic, name }): [string, string] => [topic, name ?? topic]),
  ];
  const wanted = {
    customer_id: customer.customer_id,
    days: Number(days),
    category_id: category === ANYTHING ? null : category,
  };
  const choose = (change: (to: string) => void) => (to: string) => {
    plan.reset();
    change(to);
  };
  return (
    <div className="stack-small">
      <div className="choices">
        <Choice label="For how long" options={DAYS} value={days} onChoose={choose(setDays)} />
        <Choice
          label="What they must buy"
          options={things}
          value={category}
          onChoose={choose(setCategory)}
        />
      </div>
      <div className="line">
        <Button
          size="small"
          variant="secondary"
          disabled={plan.isPending || start.isPending}
          onClick={() => {
            plan.mutate(wanted);
          }}
        >
          {plan.isPending ? "Looking" : "See what a trial would show"}
        </Button>
      </div>
      {plan.isError && <TroubleNotice trouble={plan.error} />}
      {start.isError && <TroubleNotice trouble={start.error} />}
      {plan.data && (
        <Plan
          plan={plan.data}
          busy={start.isPending}
          onStart={() => {
            start.mutate(wanted);
          }}
        />
      )}
    </div>
  );
}
