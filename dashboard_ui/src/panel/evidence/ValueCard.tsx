// A customer's value after each run that is kept, and what they spent and are expected to spend, over time.

import { useValueHistory, type ValueHistory } from "../api/customerPage";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { LineChart } from "../parts/LineChart";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { spendingLines, valueLine } from "./valueLines";
import { say } from "../words/say";

function Drawn({ history, currency }: { history: ValueHistory; currency: string }) {
  const { format } = useShop();
  const write = (value: number) => format.estimate({ amount: value.toFixed(2), currency });
  const value = valueLine(history);
  const spending = spendingLines(history);
  return (
    <>
      {history.spent.length > 0 && (
        <Section title={say("record.history.spent")}>
          <LineChart label={say("record.history.spent.label")} lines={spending} write={write} />
        </Section>
      )}
      <Section title={say("record.history.value")}>
        {value.points.length > 1 ? (
          <LineChart label={say("record.history.value.label")} lines={[value]} write={write} />
        ) : (
          <Muted>{say("record.history.one")}</Muted>
        )}
      </Section>
    </>
  );
}

export function ValueCard({ customerId }: { customerId: string }) {
  return (
    <Card title={say("record.history")}>
      <Answered
        question={useValueHistory(customerId)}
        loading={say("record.history.loading")}
        lines={6}
      >
        {(history) => {
          const currency = history.values[0]?.value.currency;
          return currency === undefined ? (
            <Empty title={say("record.history.none")}>{say("record.history.none.why")}</Empty>
          ) : (
            <Drawn history={history} currency={currency} />
          );
        }}
      </Answered>
    </Card>
  );
}
