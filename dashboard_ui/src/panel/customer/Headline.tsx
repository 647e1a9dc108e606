// The value, its interval and its place among the others.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Interval } from "../parts/Interval";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { horizonDays } from "./Breakdown";
import css from "./customer.module.css";
import { say } from "../words/say";

/** How sure the interval is; the method computes no other. */
export const CONFIDENCE = 0.9;

/** "Rank 12 · above 97% of customers"; far down the list without the rank. */
export function placeAmongOthers(customer: CustomerValue, format: Format): string | null {
  const { rank, percentile } = customer;
  if (percentile === null) return null;
  const share = format.percent(percentile / 100);
  return rank === null
    ? say("customer.above", { share })
    : say("customer.rank", { rank: format.count(rank), share });
}

export function Headline({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { value, value_low: low, value_high: high } = customer;
  if (value === null) return null;
  const range = low && high ? { low: format.estimate(low), high: format.estimate(high) } : null;
  const days = horizonDays(customer);
  const share = format.percent(CONFIDENCE);
  const place = placeAmongOthers(customer, format);
  return (
    <div className={css.headline}>
      <Text as="p" size={10} fontWeight="medium" className="figure">
        {format.estimate(value)}
      </Text>
      <Muted>
        {customer.stands_on
          ? say("customer.value.over.from", {
              days,
              day: format.day(`${customer.stands_on}T12:00:00Z`),
            })
          : say("customer.value.over", { days })}
      </Muted>
      {range && low && high && (
        <div className={css["headline-range"]}>
          <Interval
            low={Number(low.amount)}
            value={Number(value.amount)}
            high={Number(high.amount)}
            label={say("customer.interval.label", { ...range, share })}
          />
          <Text as="p" size={2} className="figure">
            {say("customer.interval", range)}{" "}
            <span className="muted">{say("customer.interval.sure", { share })}</span>
          </Text>
        </div>
      )}
      {place && <Muted>{place}</Muted>}
    </div>
  );
}
