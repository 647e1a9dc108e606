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
import { changeOf, figureOf } from "../overview/week";
import { say } from "../words/say";
import css from "./HomeWidget.module.css";
import { gateSaid, ORDER } from "./words";

const TOP = 3;

function Counts({ verdicts }: Pick<Influence, "verdicts">) {
  const { format } = useShop();
  return (
    <ul className={css.counts} aria-label={say("mounts.home.verdicts")}>
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
    <Answered question={useWeek(undefined)} loading={say("mounts.week.loading")} lines={4}>
      {({ figures }) => (
        <dl className={css.week}>
          {figures
            .filter(({ now }) => now !== null)
            .map((figure) => (
              <div key={figure.key} className={css.figure}>
                <dt>{say(`mounts.week.${figure.key}`)}</dt>
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
    <Answered question={question} loading={say("mounts.top.loading")} lines={3}>
      {({ customers }) =>
        customers.length === 0 ? (
          <Empty title={say("mounts.values.none")}>{say("mounts.values.none.when")}</Empty>
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
    <Answered question={useInfluence()} loading={say("mounts.home.loading")} lines={3}>
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
          <Section title={say("mounts.week.title")}>
            <Week />
          </Section>
          <Section title={say("mounts.home.most")}>
            <Top />
          </Section>
        </div>
        <PlaceLink to="/">{say("mounts.home.open")}</PlaceLink>
      </div>
    </Widget>
  );
}
