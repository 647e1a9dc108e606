// What the value is made of; the third part keeps its place while it is not measured.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { type Fact, Facts } from "../parts/Facts";
import { Section } from "../parts/Section";

export function Breakdown({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const { clv, crv, civ, crv_orders: referred } = customer;
  const facts: Fact[] = [
    { label: "Own purchases, expected", value: clv ? format.estimate(clv) : "–" },
    {
      label: "Brought by personal code",
      value: crv ? format.estimate(crv) : "–",
      note: referred
        ? `${format.count(referred)} ${referred === 1 ? "order" : "orders"}`
        : undefined,
    },
    { label: "Influence on others", value: civ ? format.estimate(civ) : "Not measured yet" },
  ];
  return (
    <Section title="Made of">
      <Facts facts={facts} />
    </Section>
  );
}
