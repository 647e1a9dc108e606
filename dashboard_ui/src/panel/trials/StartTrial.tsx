// What a trial is to be: which things the letter names, and for how long orders count.

import { useState } from "react";

import { usePlanTrial } from "../api/trials";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { GoodsField } from "../parts/GoodsField";
import { TroubleNotice } from "../parts/TroubleNotice";

const FEWEST = 2;
const MOST = 10;
const USUAL = "30";
const DAYS: [string, string][] = ["7", "14", USUAL, "60", "90"].map((days) => [
  days,
  `${days} days`,
]);

export function StartTrial({ customerId }: { customerId: string }) {
  const [days, setDays] = useState(USUAL);
  const [things, setThings] = useState<string[]>([]);
  const plan = usePlanTrial();
  return (
    <div className="stack-small">
      <GoodsField
        kind="product"
        label="Products in the letter"
        note="From 2 to 10, each of another category, which this customer has chosen or would recommend."
        most={MOST}
        value={things}
        onChange={(ids) => {
          setThings([...new Set(ids)]);
        }}
      />
      <div className="choices">
        <Choice label="For how long orders count" options={DAYS} value={days} onChoose={setDays} />
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
          {plan.isPending ? "Planning" : "See what a trial would show"}
        </Button>
      </div>
      {plan.isError && <TroubleNotice trouble={plan.error} />}
    </div>
  );
}
