// The column beside what happened: the verdict, the value's terms, segments, scores, perks, record and rights.

import type { CustomerValue } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Breakdown } from "../customer/Breakdown";
import { placeAmongOthers } from "../customer/Headline";
import { Known } from "../customer/Known";
import { RightsCard } from "../customer/RightsCard";
import { SegmentList } from "../customer/Segments";
import { Verdict } from "../customer/Verdict";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { CustomerPerks } from "../perks/CustomerPerks";
import css from "./CustomerPage.module.css";
import { ExclusionCard } from "./ExclusionCard";
import { ScoresCard } from "./ScoresCard";
import { WrittenCard } from "./WrittenCard";
import { say } from "../words/say";

export function Beside({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const mayExclude = useMay("MANAGE_APPS");
  const mayPerks = useMay("MANAGE_DISCOUNTS");
  const { customer_id: id } = customer;
  return (
    <div className={css.column}>
      <Card title={say("customer.because")}>
        <Verdict customer={customer} />
        {customer.forecast_sentence && <p>{customer.forecast_sentence}</p>}
        {customer.run && (
          <Muted>{say("customer.asof", { when: format.moment(customer.run.as_of) })}</Muted>
        )}
      </Card>
      <Card title={say("customer.value")}>
        <Muted>
          {[
            customer.stands_on &&
              say("record.value.from", { day: format.day(`${customer.stands_on}T12:00:00Z`) }),
            placeAmongOthers(customer, format),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Muted>
        <Breakdown customer={customer} />
        <Known customer={customer} />
      </Card>
      {customer.segments.length > 0 && (
        <Card title={say("parts.place.segments")}>
          <SegmentList segments={customer.segments} />
        </Card>
      )}
      <ScoresCard customer={customer} />
      {mayPerks && <CustomerPerks customerId={id} />}
      <WrittenCard customerId={id} />
      {mayExclude && <ExclusionCard customer={customer} />}
      <RightsCard customerId={id} />
    </div>
  );
}
