// All customers' value by term, and how the verdicts fell.

import type { Influence, Money, Verdict } from "../api/questions";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";

export const ORDER: readonly Verdict[] = [
  "leads",
  "proven",
  "buys early",
  "buys together",
  "not enough evidence",
];

export function TotalsCard({
  totals,
  verdicts,
  foretold,
}: Pick<Influence, "totals" | "verdicts" | "foretold">) {
  const { format } = useShop();
  const { clv, crv, civ, possible_up_to: possible } = totals;
  const shown = (money: Money | null) =>
    money && Number(money.amount) !== 0 ? format.estimate(money) : "Nothing yet";
  if (clv === null) {
    return (
      <Card title="The money">
        <Empty title="No values yet">They appear here after the first run.</Empty>
      </Card>
    );
  }
  const expected: Fact[] = [
    { label: "Expected own purchases (CLV)", value: shown(clv) },
    { label: "Expected with personal codes", value: shown(totals.crv_expected) },
    { label: "Expected through influence", value: shown(totals.civ_expected) },
  ];
  const brought: Fact[] = [
    { label: "Brought by personal codes so far (CRV)", value: shown(crv) },
    {
      label: "Influence so far (CIV)",
      value: civ && Number(civ.amount) !== 0 ? format.estimate(civ) : "Nothing counted",
    },
  ];
  if (possible && Number(possible.amount) > 0) {
    brought.push({
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
      <Facts facts={expected} />
      <div className="drift">
        <Facts facts={brought} />
      </div>
      <div className="drift">
        <Facts facts={people} />
      </div>
      {foretold && <Muted>{foretold.sentence}</Muted>}
    </Card>
  );
}
