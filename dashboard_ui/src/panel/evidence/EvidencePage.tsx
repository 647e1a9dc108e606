// Everything behind one customer's value: its terms, the verdict, every row of money, topics, scores.

import { type CustomerValue, useCustomer, usePeople } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Badges } from "../customer/Badges";
import { Breakdown } from "../customer/Breakdown";
import { Headline } from "../customer/Headline";
import { RightsCard } from "../customer/RightsCard";
import { Unvalued } from "../customer/Unvalued";
import { Verdict } from "../customer/Verdict";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { nameOf } from "../parts/CustomerLink";
import { DashboardLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { CustomerPerks } from "../perks/CustomerPerks";
import { ProfilesCard } from "../profiles/ProfilesCard";
import { TrialCard } from "../trials/TrialCard";
import { CreditsCard } from "./CreditsCard";
import { ExclusionCard } from "./ExclusionCard";
import { ScoresCard } from "./ScoresCard";
import { TopicsCard } from "./TopicsCard";

function Evidence({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const mayExclude = useMay("MANAGE_APPS");
  if (customer.state !== "valued") {
    return (
      <div className="cards">
        <div className="card-wide">
          <Unvalued customer={customer} />
        </div>
        <ProfilesCard customerId={customer.customer_id} />
        <RightsCard customerId={customer.customer_id} />
      </div>
    );
  }
  return (
    <div className="cards">
      <div className="column">
        <Card title="Value">
          <Badges customer={customer} />
          <Headline customer={customer} />
          <Breakdown customer={customer} />
        </Card>
      </div>
      <div className="column">
        <Card title="Do others buy because of this customer?">
          <Verdict customer={customer} />
          {customer.run && <Muted>As of {format.moment(customer.run.as_of)}</Muted>}
        </Card>
        <ScoresCard customer={customer} />
      </div>
      <CreditsCard customer={customer} part="inferred" />
      <CreditsCard customer={customer} part="proven" />
      <TopicsCard topics={customer.topics} />
      <ProfilesCard customerId={customer.customer_id} />
      <TrialCard customer={customer} />
      <CustomerPerks customerId={customer.customer_id} />
      {mayExclude && <ExclusionCard customer={customer} />}
      <RightsCard customerId={customer.customer_id} />
    </div>
  );
}

export function EvidencePage({ customerId }: { customerId: string }) {
  const question = useCustomer(customerId);
  const people = usePeople([customerId]);
  const person = people.data?.get(customerId);
  return (
    <AppPage
      title={nameOf(person, customerId)}
      subtitle={
        <p className="line">
          {person?.name && <Muted as="span">{person.email}</Muted>}
          <DashboardLink to={`/customers/${encodeURIComponent(customerId)}`}>
            Open in Saleor
          </DashboardLink>
        </p>
      }
    >
      <Answered question={question} loading="Loading the evidence" lines={8}>
        {(customer) => <Evidence customer={customer} />}
      </Answered>
      {people.isError && (
        <Muted>Saleor did not share the name with your account, so the id is shown.</Muted>
      )}
    </AppPage>
  );
}
