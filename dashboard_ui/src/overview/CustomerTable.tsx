// Customers as a table, in the order that they come in.

import type { CustomerRow } from "../api/questions";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { CONFIDENCE } from "../customer/Headline";
import { VerdictChip } from "../customer/VerdictChip";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { PlaceLink } from "../parts/PlaceLink";

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
  const { customer_id: id, rank, segments, civ, score } = customer;
  return (
    <tr>
      <td className="figure muted">{format.count(rank)}</td>
      <th scope="row">
        <CustomerLink customerId={id} person={people?.get(id)} />
      </th>
      <td className="figure cell-number">
        <Value customer={customer} />
      </td>
      <td className="figure cell-number">{civ ? format.estimate(civ) : "–"}</td>
      <td className="figure cell-number">{score ?? "–"}</td>
      <td className="figure cell-number">{format.count(customer.orders_count)}</td>
      <td>
        <span className="chips">
          {segments.length === 0 && <span className="muted">None</span>}
          {segments.map((name) => (
            <Chip key={name}>{titles.get(name) ?? name}</Chip>
          ))}
        </span>
      </td>
      <td>
        <span className="cell-verdict">
          <VerdictChip verdict={customer.verdict} />
          <PlaceLink to={evidencePlace(id)}>
            Evidence<span className="unseen"> for rank {format.count(rank)}</span>
          </PlaceLink>
        </span>
      </td>
    </tr>
  );
}

export function CustomerTable({ customers, people, titles }: Props) {
  const { format } = useShop();
  const figures = [`Value, ${format.percent(CONFIDENCE)} interval`, "Influence", "Score", "Orders"];
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Rank</th>
            <th scope="col">Customer</th>
            {figures.map((label) => (
              <th key={label} scope="col" className="cell-number">
                {label}
              </th>
            ))}
            <th scope="col">Segments</th>
            <th scope="col">Verdict</th>
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
