// All customers' value by term, and how the verdicts fell.

import type { Influence, Money } from "../api/questions";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";
import { ORDER } from "./words";

export function TotalsCard({
  totals,
  verdicts,
  foretold,
}: Pick<Influence, "totals" | "verdicts" | "foretold">) {
  const { format } = useShop();
  const { clv, crv, civ, possible_up_to: possible } = totals;
  const shown = (money: Money | null) =>
    money && Number(money.amount) !== 0 ? format.estimate(money) : say("overview.money.nothing");
  if (clv === null) {
    return (
      <Card title={say("overview.money.none")}>
        <Empty title={say("mounts.values.none")}>{say("mounts.values.none.when")}</Empty>
      </Card>
    );
  }
  const expected: Fact[] = [
    { label: say("overview.money.clv"), value: shown(clv) },
    { label: say("overview.money.crv_expected"), value: shown(totals.crv_expected) },
    { label: say("overview.term.civ_expected"), value: shown(totals.civ_expected) },
  ];
  const brought: Fact[] = [
    { label: say("overview.money.crv"), value: shown(crv) },
    {
      label: say("overview.money.civ"),
      value:
        civ && Number(civ.amount) !== 0 ? format.estimate(civ) : say("overview.money.uncounted"),
    },
  ];
  if (possible && Number(possible.amount) > 0) {
    brought.push({
      label: say("overview.money.possible"),
      value: format.estimate(possible),
      note: say("overview.money.possible.note"),
    });
  }
  const people = ORDER.map((verdict): Fact => ({
    label: verdict,
    shown: <VerdictChip verdict={verdict} />,
    value: format.count(verdicts[verdict] ?? 0),
  }));
  return (
    <Card title={say("overview.money.title")}>
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
