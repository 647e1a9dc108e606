// On the Dashboard's home page: the gate in a sentence, the week, how the verdicts fell, and the top three.

import { useWeek } from "../api/overview";
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
import { changeOf, FIGURES, figureOf } from "../overview/week";
import css from "./HomeWidget.module.css";
import { ORDER } from "./TotalsCard";
import { gateSaid } from "./words";

const TOP = 3;

function Counts({ verdicts }: Pick<Influence, "verdicts">) {
  const { format } = useShop();
  return (
    <ul className={css.counts} aria-label="Customers by verdict">
      {ORDER.filter((verdict) => verdicts[verdict]).map((verdict) => (
        <li key={verdict} className="line">
          <VerdictChip verdict={verdict} />
          <span className="figure">{format.count(verdicts[verdict] ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What of the week is known, and how it changed where that is. */
function Week() {
  const { format } = useShop();
  return (
    <Answered question={useWeek(undefined)} loading="Counting the week" lines={4}>
      {({ figures }) => (
        <dl className={css.week}>
          {figures
            .filter(({ now }) => now !== null)
            .map((figure) => (
              <div key={figure.key} className={css.figure}>
                <dt>{FIGURES[figure.key].label}</dt>
                <dd className="figure">{figureOf(figure, format)}</dd>
                <dd className={`figure ${css.change ?? ""}`}>{changeOf(figure, format)?.text}</dd>
              </div>
            ))}
        </dl>
      )}
    </Answered>
  );
}

function Top() {
  const { format } = useShop();
  const question = useCustomers({ sort: "value", limit: TOP });
  const people = usePeople((question.data?.customers ?? []).map((row) => row.customer_id));
  return (
    <Answered question={question} loading="Loading the top customers" lines={3}>
      {({ customers }) =>
        customers.length === 0 ? (
          <Empty title="No values yet">They appear here after the first run.</Empty>
        ) : (
          <ol className="top">
            {customers.map((row) => (
              <li key={row.customer_id}>
                <div className={css.figure}>
                  <CustomerLink
                    customerId={row.customer_id}
                    person={people.data?.get(row.customer_id)}
                    brief
                  />
                  <span className="figure">{row.value && format.estimate(row.value)}</span>
                </div>
                <VerdictChip verdict={row.verdict} />
              </li>
            ))}
          </ol>
        )
      }
    </Answered>
  );
}

function Gate() {
  return (
    <Answered question={useInfluence()} loading="Loading influence at a glance" lines={3}>
      {({ gate, verdicts }) => (
        <>
          <Text as="p" size={3}>
            {gateSaid(gate)}
          </Text>
          <Counts verdicts={verdicts} />
        </>
      )}
    </Answered>
  );
}

/** Each part asks for itself, so that none waits for another. */
export function HomeWidget() {
  return (
    <Widget>
      <div className={css.home}>
        <Gate />
        <div className={css.halves}>
          <Section title="The week, and the week before">
            <Week />
          </Section>
          <Section title="Worth most">
            <Top />
          </Section>
        </div>
        <PlaceLink to="/">Open Influence</PlaceLink>
      </div>
    </Widget>
  );
}
