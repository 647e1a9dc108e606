// What all customers together are expected to spend, as a range.

import type { Insights } from "../api/insights";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Interval } from "../parts/Interval";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { say } from "../words/say";

export function ExpectedCard({ expected }: Pick<Insights, "expected">) {
  const { format } = useShop();
  const { total, low, high, sentence, checked } = expected;
  return (
    <Card title={say("overview.expected.title")}>
      {total && low && high && (
        <>
          <Text as="p" size={8} fontWeight="bold" className="figure">
            {format.estimate(total)}
          </Text>
          <Interval
            low={Number(low.amount)}
            value={Number(total.amount)}
            high={Number(high.amount)}
            label={say("overview.expected.interval", {
              low: format.estimate(low),
              high: format.estimate(high),
            })}
          />
        </>
      )}
      <Text as="p" size={3}>
        {sentence}
      </Text>
      {checked && <Muted>{checked}</Muted>}
    </Card>
  );
}
