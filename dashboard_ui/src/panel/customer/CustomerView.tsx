// What the widget says about one customer: a verdict, a value, a reason, what they have; the rest unfolds.

import type { CustomerValue } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { GiveOne } from "../perks/GiveOne";
import { Breakdown } from "./Breakdown";
import css from "./CustomerView.module.css";
import { EvidenceButton } from "./EvidenceButton";
import { Headline } from "./Headline";
import { Known } from "./Known";
import { Segments } from "./Segments";
import { Standing } from "./Standing";
import { Unvalued } from "./Unvalued";
import { Verdict } from "./Verdict";
import { VerdictLine } from "./VerdictLine";
import { bestReason } from "./verdictLine";
import { WidgetFacts } from "./WidgetFacts";
import { Why } from "./Why";
import { say } from "../words/say";

function More({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  return (
    <details className={css.more}>
      <summary>{say("customer.more")}</summary>
      <div className="stack">
        <Breakdown customer={customer} />
        <Section title={say("customer.because")}>
          <Verdict customer={customer} />
          {customer.forecast_sentence && (
            <Text as="p" size={3}>
              {customer.forecast_sentence}
            </Text>
          )}
        </Section>
        <Why reasons={customer.reasons} />
        <Known customer={customer} />
        {customer.segments.length > 0 && <Segments segments={customer.segments} />}
        {customer.run && (
          <Muted>{say("customer.asof", { when: format.moment(customer.run.as_of) })}</Muted>
        )}
      </div>
    </details>
  );
}

export function CustomerView({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const mayPerks = useMay("MANAGE_DISCOUNTS");
  const valued = customer.state === "valued";
  return (
    <div className={css.widget}>
      <Standing customer={customer} />
      {valued ? (
        <>
          <VerdictLine customer={customer} />
          <Headline customer={customer} />
          <Text as="p" size={3}>
            {bestReason(customer, format)}
          </Text>
        </>
      ) : (
        <Unvalued customer={customer} />
      )}
      {customer.state !== "objected" && <WidgetFacts customer={customer} />}
      {mayPerks && customer.state !== "objected" && !customer.is_staff && (
        <GiveOne key={customer.customer_id} customerId={customer.customer_id} />
      )}
      {valued && <More customer={customer} />}
      <div className={css.actions}>
        <EvidenceButton customerId={customer.customer_id} />
      </div>
    </div>
  );
}
