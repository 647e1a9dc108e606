// Everything the widget says about one customer.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { ProfileLine } from "../profiles/ProfileLine";
import { Badges } from "./Badges";
import { Breakdown } from "./Breakdown";
import { EvidenceButton } from "./EvidenceButton";
import { Headline } from "./Headline";
import { Known } from "./Known";
import { Segments } from "./Segments";
import { Unvalued } from "./Unvalued";
import { Verdict } from "./Verdict";
import { Why } from "./Why";

export function CustomerView({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  if (customer.state !== "valued") return <Unvalued customer={customer} />;
  return (
    <div className="stack">
      <Badges customer={customer} />
      <Headline customer={customer} />
      <Breakdown customer={customer} />
      <Section title="Do others buy because of this customer?">
        <Verdict customer={customer} />
        {customer.forecast_sentence && (
          <Text as="p" size={3}>
            {customer.forecast_sentence}
          </Text>
        )}
        <EvidenceButton customerId={customer.customer_id} />
      </Section>
      <Why reasons={customer.reasons} />
      {customer.segments.length > 0 && <Segments segments={customer.segments} />}
      <Known customer={customer} />
      <ProfileLine customerId={customer.customer_id} />
      {customer.run && <Muted>As of {format.moment(customer.run.as_of)}</Muted>}
    </div>
  );
}
