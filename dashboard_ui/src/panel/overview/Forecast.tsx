// How many purchases of others may follow a customer's, in a cell of a table.

import type { CustomerRow } from "../api/questions";
import { useShop } from "../bridge/shop";
import { say } from "../words/say";

/** How sure the interval of the forecast is; the method computes no other. */
export const FORECAST_CONFIDENCE = 0.8;

export function Forecast({ customer }: { customer: CustomerRow }) {
  const { format } = useShop();
  const { follow_on: expected, follow_on_low: low, follow_on_high: high } = customer;
  if (expected === null || low === null || high === null) return "–";
  return (
    <>
      {format.decimal(expected)}
      <span className="muted cell-note">
        {say("overview.range", { low: format.count(low), high: format.count(high) })}
      </span>
    </>
  );
}
