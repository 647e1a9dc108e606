// Customers with a rhythm of their own who are due, or who have been quiet for longer than usual.

import type { RegularCustomers } from "../api/insights";
import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";

interface Props {
  title: string;
  customers: RegularCustomers;
  /** Which money stands beside each customer, and how it is called. */
  money: "clv" | "yearly";
  label: string;
}

export function RegularsCard({ title, customers, money, label }: Props) {
  const { format } = useShop();
  const people = usePeople(customers.first.map((one) => one.customer_id));
  return (
    <Card title={title}>
      <Text as="p" size={3}>
        {customers.sentence}
      </Text>
      {customers.first.length > 0 && (
        <ul className="rows">
          {customers.first.map((one) => (
            <li key={one.customer_id} className="row">
              <div>
                <CustomerLink
                  customerId={one.customer_id}
                  person={people.data?.get(one.customer_id)}
                  brief
                />
                <Muted>{one.sentence}</Muted>
              </div>
              <span className="figure row-money">
                {format.estimate(one[money])}
                <span className="facts-note muted">{label}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
