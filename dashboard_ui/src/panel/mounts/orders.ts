// What followed an order, in words.

import type { OrderInfluence } from "../api/questions";
import type { Format } from "../format/format";

type Led = NonNullable<OrderInfluence["led"]>;

function many(count: number, one: string, more: string, format: Format): string {
  return count === 1 ? `1 ${one}` : `${format.count(count)} ${more}`;
}

export function sinceWords(
  { people, orders, counted_orders: counted }: Led,
  format: Format,
): string {
  if (orders === 0) return "Nobody who is tied to this customer has bought the same since.";
  const who = many(people, "person", "people", format);
  const what = many(orders, "order", "orders", format);
  const how = counted === 0 ? "None of it is counted" : `${format.count(counted)} of them count`;
  return `${who} bought the same after this customer, in ${what}. ${
    counted === 1 ? "1 of them counts" : how
  }.`;
}
