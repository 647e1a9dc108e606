// Customers as a table, highest value first.

import type { CustomerRow } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { CONFIDENCE } from "../customer/Headline";
import { EVIDENCE } from "../customer/words";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";

interface Props {
  customers: readonly CustomerRow[];
  people: Map<string, Person> | undefined;
  titles: Map<string, string>;
}

function Value({ customer }: { customer: CustomerRow }) {
  const { format } = useShop();
  const { value, value_low: low, value_high: high } = customer;
  return (
    <>
      {value ? format.estimate(value) : "–"}
      {low && high && (
        <span className="muted cell-note">
          {format.estimate(low)} to {format.estimate(high)}
        </span>
      )}
    </>
  );
}

function Row({ customer, people, titles }: { customer: CustomerRow } & Omit<Props, "customers">) {
  const { format } = useShop();
  const { customer_id: id, rank, segments, evidence } = customer;
  return (
    <tr>
      <td className="figure muted">{format.count(rank)}</td>
      <th scope="row">
        <CustomerLink customerId={id} person={people?.get(id)} />
      </th>
      <td className="figure cell-number">
        <Value customer={customer} />
      </td>
      <td className="figure cell-number">{format.count(customer.orders_count)}</td>
      <td>
        <span className="chips">
          {segments.length === 0 && <span className="muted">None</span>}
          {segments.map((name) => (
            <Chip key={name} tone="accent">
              {titles.get(name) ?? name}
            </Chip>
          ))}
        </span>
      </td>
      <td className="muted">{EVIDENCE[evidence].label}</td>
    </tr>
  );
}

export function CustomerTable({ customers, people, titles }: Props) {
  const { format } = useShop();
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Rank</th>
            <th scope="col">Customer</th>
            <th scope="col" className="cell-number">
              Value, {format.percent(CONFIDENCE)} interval
            </th>
            <th scope="col" className="cell-number">
              Orders
            </th>
            <th scope="col">Segments</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {customers.map((customer) => (
            <Row key={customer.customer_id} {...{ customer, people, titles }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
