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
import { Forecast, FORECAST_CONFIDENCE } from "./Forecast";

interface Props {
  customers: readonly CustomerRow[];
  people: Map<string, Person> | undefined;
  titles: Map<string, string>;
  /** Where the first of them stands in the list. */
  first?: number;
  /** Shows how many purchases of others may follow, in a column of its own. */
  forecast?: boolean;
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

type RowProps = { customer: CustomerRow; place: number } & Omit<Props, "customers" | "first">;

function Row({ customer, place, people, titles, forecast }: RowProps) {
  const { format } = useShop();
  const { customer_id: id, segments, civ, score } = customer;
  return (
    <tr>
      <td className="figure muted">{format.count(place)}</td>
      <th scope="row">
        <CustomerLink customerId={id} person={people?.get(id)} />
      </th>
      <td className="figure cell-number">
        <Value customer={customer} />
      </td>
      {forecast && (
        <td className="figure cell-number">
          <Forecast customer={customer} />
        </td>
      )}
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
            Evidence<span className="unseen"> for place {format.count(place)}</span>
          </PlaceLink>
        </span>
      </td>
    </tr>
  );
}

export function CustomerTable({ customers, people, titles, first = 1, forecast = false }: Props) {
  const { format } = useShop();
  const ahead = `May follow, ${format.percent(FORECAST_CONFIDENCE)} interval`;
  const figures = [
    `Value, ${format.percent(CONFIDENCE)} interval`,
    ...(forecast ? [ahead] : []),
    "Influence",
    "Score",
    "Orders",
  ];
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Place</th>
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
          {customers.map((customer, at) => (
            <Row
              key={customer.customer_id}
              place={first + at}
              {...{ customer, people, titles, forecast }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
