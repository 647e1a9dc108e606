// All customers' value by term, and how the verdicts fell.

import type { Influence, Verdict } from "../api/questions";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";

export const ORDER: readonly Verdict[] = [
  "leads",
  "proven",
  "buys early",
  "buys together",
  "not enough evidence",
];

export function TotalsCard({ totals, verdicts }: Pick<Influence, "totals" | "verdicts">) {
  const { format } = useShop();
  const { clv, crv, civ, possible_up_to: possible } = totals;
  if (clv === null) {
    return (
      <Card title="The money">
        <Empty title="No values yet">They appear here after the first run.</Empty>
      </Card>
    );
  }
  const money: Fact[] = [
    { label: "Own purchases to come (CLV)", value: format.estimate(clv) },
    { label: "Orders with personal codes (CRV)", value: crv ? format.estimate(crv) : "–" },
    { label: "Influence on others (CIV)", value: civ ? format.estimate(civ) : "Nothing counted" },
  ];
  if (possible && Number(possible.amount) > 0) {
    money.push({
      label: "Possible, up to",
      value: format.estimate(possible),
      note: "in no total",
    });
  }
  const people = ORDER.map((verdict): Fact => ({
    label: verdict,
    shown: <VerdictChip verdict={verdict} />,
    value: format.count(verdicts[verdict] ?? 0),
  }));
  return (
    <Card title="The money, and who moves it">
      <Facts facts={money} />
      <div className="drift">
        <Facts facts={people} />
      </div>
    </Card>
  );
}
