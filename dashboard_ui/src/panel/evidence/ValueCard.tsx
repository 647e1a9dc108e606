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

function Drawn({ history, currency }: { history: ValueHistory; currency: string }) {
  const { format } = useShop();
  const write = (value: number) => format.estimate({ amount: value.toFixed(2), currency });
  const value = valueLine(history);
  const spending = spendingLines(history);
  return (
    <>
      {history.spent.length > 0 && (
        <Section title="Spent, and expected to spend">
          <LineChart
            label="What this customer paid in all, month by month, and what they are expected to have paid by the end of the horizon"
            lines={spending}
            write={write}
          />
        </Section>
      )}
      <Section title="Expected value, run by run">
        {value.points.length > 1 ? (
          <LineChart
            label="The expected value after each run of the last thirty days"
            lines={[value]}
            write={write}
          />
        ) : (
          <Muted>There is one result so far. The line begins with the next night.</Muted>
        )}
      </Section>
    </>
  );
}

export function ValueCard({ customerId }: { customerId: string }) {
  return (
    <Card title="Value over time">
      <Answered question={useValueHistory(customerId)} loading="Loading the history" lines={6}>
        {(history) => {
          const currency = history.values[0]?.value.currency;
          return currency === undefined ? (
            <Empty title="No value yet">
              It appears with the first run after their first order.
            </Empty>
          ) : (
            <Drawn history={history} currency={currency} />
          );
        }}
      </Answered>
    </Card>
  );
}
