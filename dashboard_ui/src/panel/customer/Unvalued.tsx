// A customer without a value: which of the reasons it is, and what is known all the same.

import type { CustomerValue } from "../api/questions";
import { Empty } from "../parts/Empty";
import { UNVALUED } from "./words";

export function Unvalued({ customer }: { customer: CustomerValue }) {
  if (customer.state === "valued") return null;
  const { title, text } = UNVALUED[customer.state];
  return <Empty title={title}>{text}</Empty>;
}
