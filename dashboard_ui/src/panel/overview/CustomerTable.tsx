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
import { say } from "../words/say";
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
          {say("overview.range", { low: format.estimate(low), high: format.estimate(high) })}
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
          {segments.length === 0 && (
            <span className="muted">{say("overview.table.segments.none")}</span>
          )}
          {segments.map((name) => (
            <Chip key={name}>{titles.get(name) ?? name}</Chip>
          ))}
        </span>
      </td>
      <td>
        <span className="cell-verdict">
          <VerdictChip verdict={customer.verdict} />
          <PlaceLink to={evidencePlace(id)}>
            {say("mounts.evidence")}
            <span className="unseen">
              {" "}
              {say("overview.table.evidence", { place: format.count(place) })}
            </span>
          </PlaceLink>
        </span>
      </td>
    </tr>
  );
}

export function CustomerTable({ customers, people, titles, first = 1, forecast = false }: Props) {
  const { format } = useShop();
  const ahead = say("overview.table.forecast", { share: format.percent(FORECAST_CONFIDENCE) });
  const figures = [
    say("overview.table.value", { share: format.percent(CONFIDENCE) }),
    ...(forecast ? [ahead] : []),
    say("overview.table.influence"),
    say("overview.table.score"),
    say("overview.orders"),
  ];
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("overview.table.place")}</th>
            <th scope="col">{say("parts.customer")}</th>
            {figures.map((label) => (
              <th key={label} scope="col" className="cell-number">
                {label}
              </th>
            ))}
            <th scope="col">{say("parts.place.segments")}</th>
            <th scope="col">{say("overview.table.verdict")}</th>
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
