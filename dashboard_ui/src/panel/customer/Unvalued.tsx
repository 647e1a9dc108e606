// A customer without a value: which of the reasons it is, and what is known all the same.

import type { CustomerValue } from "../api/questions";
import { Empty } from "../parts/Empty";
import { say } from "../words/say";

export function Unvalued({ customer }: { customer: CustomerValue }) {
  if (customer.state === "valued") return null;
  const title = say(`customer.state.${customer.state}`);
  return <Empty title={title}>{say(`customer.state.${customer.state}.why`)}</Empty>;
}
