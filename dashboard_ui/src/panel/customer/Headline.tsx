// The value, its interval and its place among the others.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Interval } from "../parts/Interval";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { horizon } from "./Breakdown";
import css from "./customer.module.css";

/** How sure the interval is; the method computes no other. */
export const CONFIDENCE = 0.9;

/** "Rank 12 · above 97% of customers"; far down the list without the rank. */
export function placeAmongOthers(customer: CustomerValue, format: Format): string | null {
  const { rank, percentile } = customer;
  if (percentile === null) return null;
  const share = format.percent(percentile / 100);
  return rank === null
    ? `Above ${share} of customers`
    : `Rank ${format.count(rank)} · above ${share} of customers`;
}

export function Headline({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { value, value_low: low, value_high: high } = customer;
  if (value === null) return null;
  const range = low && high ? `${format.estimate(low)} and ${format.estimate(high)}` : null;
  const sure = format.percent(CONFIDENCE);
  const place = placeAmongOthers(customer, format);
  return (
    <div className={css.headline}>
      <Text as="p" size={10} fontWeight="medium" className="figure">
        {format.estimate(value)}
      </Text>
      <Muted>
        Value: expected over {horizon(customer, format)}
        {customer.stands_on && ` from ${format.day(`${customer.stands_on}T12:00:00Z`)}`}
      </Muted>
      {range && low && high && (
        <div className={css["headline-range"]}>
          <Interval
            low={Number(low.amount)}
            value={Number(value.amount)}
            high={Number(high.amount)}
            label={`Between ${range}, the ${sure} interval`}
          />
          <Text as="p" size={2} className="figure">
            Between {range} <span className="muted">({sure} interval)</span>
          </Text>
        </div>
      )}
      {place && <Muted>{place}</Muted>}
    </div>
  );
}
