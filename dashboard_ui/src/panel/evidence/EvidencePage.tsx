// A customer's page: the figures at once, then what happened, whom they lead, and every row behind their value.

import { type CustomerValue, useCustomer, usePeople } from "../api/questions";
import { useMay } from "../bridge/may";
import { Badges } from "../customer/Badges";
import { RightsCard } from "../customer/RightsCard";
import { Standing } from "../customer/Standing";
import { Unvalued } from "../customer/Unvalued";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { nameOf } from "../parts/CustomerLink";
import { DashboardLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { ProfilesCard } from "../profiles/ProfilesCard";
import { TrialCard } from "../trials/TrialCard";
import { CreditsCard } from "./CreditsCard";
import { Beside } from "./Beside";
import css from "./CustomerPage.module.css";
import { NeighbourhoodCard } from "./NeighbourhoodCard";
import { TimelineCard } from "./TimelineCard";
import { TopicsCard } from "./TopicsCard";
import { TopRow } from "./TopRow";
import { ValueCard } from "./ValueCard";
import { WrittenCard } from "./WrittenCard";
import { say } from "../words/say";

function Unknown({ customer }: { customer: CustomerValue }) {
  const { customer_id: id } = customer;
  return (
    <div className={css.columns}>
      <div className={css.column}>
        <Unvalued customer={customer} />
        <TimelineCard customerId={id} />
        <ProfilesCard customerId={id} />
      </div>
      <div className={css.column}>
        <WrittenCard customerId={id} />
        <RightsCard customerId={id} />
      </div>
    </div>
  );
}

function Evidence({ customer }: { customer: CustomerValue }) {
  const mayExclude = useMay("MANAGE_APPS");
  if (customer.state !== "valued") return <Unknown customer={customer} />;
  const { customer_id: id } = customer;
  return (
    <>
      <Badges customer={customer} />
      <Standing customer={customer} saysExclusion={!mayExclude} />
      <TopRow customer={customer} />
      <div className={css.columns}>
        <div className={css.column}>
          <ValueCard customerId={id} />
          <TimelineCard customerId={id} />
          <NeighbourhoodCard customerId={id} />
          <CreditsCard customer={customer} part="inferred" />
          <CreditsCard customer={customer} part="proven" />
          <TopicsCard topics={customer.topics} />
          <ProfilesCard customerId={id} />
          <TrialCard customer={customer} />
        </div>
        <Beside customer={customer} />
      </div>
    </>
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
            {say("record.open")}
          </DashboardLink>
        </p>
      }
    >
      <Answered question={question} loading={say("record.loading")} lines={8}>
        {(customer) => <Evidence customer={customer} />}
      </Answered>
      {people.isError && <Muted>{say("record.name.hidden")}</Muted>}
    </AppPage>
  );
}
