// The value, its interval and its place among the others.

import { Text } from "@saleor/macaw-ui";

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import type { Format } from "../format/format";
import { Interval } from "../parts/Interval";
import { Muted } from "../parts/Muted";

/** "Rank 12 · above 97 % of valued customers" */
export function placeAmongOthers(customer: CustomerValue, format: Format): string | null {
  const { rank, percentile } = customer;
  if (rank === null) return null;
  const place = `Rank ${format.count(rank)}`;
  if (percentile === null) return place;
  return `${place} · above ${format.percent(Math.floor(percentile) / 100)} of customers`;
}

export function Headline({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { value, value_low: low, value_high: high } = customer;
  if (value === null) return null;
  const range = low && high ? `${format.estimate(low)} to ${format.estimate(high)}` : null;
  const place = placeAmongOthers(customer, format);
  return (
    <div className="headline">
      <Text as="p" size={10} fontWeight="medium" className="figure">
        {format.estimate(value)}
      </Text>
      <Muted>Expected over the next twelve months</Muted>
      {range && low && high && (
        <div className="headline-range">
          <Interval
            low={Number(low.amount)}
            value={Number(value.amount)}
            high={Number(high.amount)}
            label={`90 % interval from ${range}`}
          />
          <Text as="p" size={2} className="figure">
            90 % sure: {range}
          </Text>
        </div>
      )}
      {place && <Muted>{place}</Muted>}
    </div>
  );
}
