// On the Dashboard's home page: the shop's gate in a sentence, how the verdicts fell, and the top three.

import { type Influence, useCustomers, useInfluence, usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Answered } from "../parts/Answered";
import { CustomerLink } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { Widget } from "../parts/Widget";
import { ORDER } from "./TotalsCard";
import { plainly } from "./words";

const TOP = 3;

function Counts({ verdicts }: Pick<Influence, "verdicts">) {
  const { format } = useShop();
  return (
    <ul className="chips" aria-label="Customers by verdict">
      {ORDER.filter((verdict) => verdicts[verdict]).map((verdict) => (
        <li key={verdict} className="line">
          <VerdictChip verdict={verdict} />
          <span className="figure">{format.count(verdicts[verdict] ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

function Top({ runId }: { runId: number | undefined }) {
  const { format } = useShop();
  const question = useCustomers({ sort: "value", limit: TOP }, runId);
  const people = usePeople((question.data?.customers ?? []).map((row) => row.customer_id));
  return (
    <Answered question={question} loading="Loading the top customers" lines={3}>
      {({ customers }) =>
        customers.length === 0 ? (
          <Empty title="No values yet">They appear here after the first run.</Empty>
        ) : (
          <ol className="top">
            {customers.map((row) => (
              <li key={row.customer_id} className="top-row">
                <CustomerLink
                  customerId={row.customer_id}
                  person={people.data?.get(row.customer_id)}
                  brief
                />
                <VerdictChip verdict={row.verdict} />
                <span className="figure top-money">{row.value && format.estimate(row.value)}</span>
              </li>
            ))}
          </ol>
        )
      }
    </Answered>
  );
}

export function HomeWidget() {
  const question = useInfluence();
  return (
    <Widget>
      <Answered question={question} loading="Loading influence at a glance" lines={5}>
        {({ gate, verdicts }) => (
          <div className="stack">
            <Text as="p" size={3}>
              {plainly(gate.sentence)}
            </Text>
            <Counts verdicts={verdicts} />
            <Section title="Worth most">
              <Top runId={gate.run_id ?? undefined} />
            </Section>
            <PlaceLink to="/">Open Influence</PlaceLink>
          </div>
        )}
      </Answered>
    </Widget>
  );
}
