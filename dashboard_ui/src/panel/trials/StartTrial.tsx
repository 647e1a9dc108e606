// What a trial is to be: which things the letter names, and for how long orders count.

import { useState } from "react";

import { usePlanTrial } from "../api/trials";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { GoodsField } from "../parts/GoodsField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

const FEWEST = 2;
const MOST = 10;
const USUAL = "30";
const DAYS = ["7", "14", USUAL, "60", "90"];

export function StartTrial({ customerId }: { customerId: string }) {
  const [days, setDays] = useState(USUAL);
  const [things, setThings] = useState<string[]>([]);
  const plan = usePlanTrial();
  return (
    <div className="stack-small">
      <GoodsField
        kind="product"
        label={say("trials.plan.products")}
        note={say("trials.plan.products.note")}
        most={MOST}
        value={things}
        onChange={(ids) => {
          setThings([...new Set(ids)]);
        }}
      />
      <div className="choices">
        <Choice
          label={say("trials.plan.days")}
          options={DAYS.map((one) => [one, say("trials.days", { count: Number(one) })])}
          value={days}
          onChoose={setDays}
        />
      </div>
      <div className="line">
        <Button
          size="small"
          variant="secondary"
          disabled={plan.isPending || things.length < FEWEST}
          onClick={() => {
            plan.mutate({ customer_id: customerId, things, days: Number(days) });
          }}
        >
          {plan.isPending ? say("trials.plan.busy") : say("trials.plan.see")}
        </Button>
      </div>
      {plan.isError && <TroubleNotice trouble={plan.error} />}
    </div>
  );
}
