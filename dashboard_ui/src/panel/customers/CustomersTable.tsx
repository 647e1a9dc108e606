// Customers with the chosen columns, each to be ticked; on a phone a card each.

import type { Column } from "../api/customerLists";
import type { CustomerRow } from "../api/questions";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { PlaceLink } from "../parts/PlaceLink";
import { cell, heading, isNumber, LABELS } from "./columns";
import styles from "./CustomersTable.module.css";
import { say } from "../words/say";

export interface Ticks {
  ticked: ReadonlySet<string>;
  onTick: (ids: readonly string[], isTicked: boolean) => void;
  /** These rows are of the page before: the next one is on its way. */
  isOld: boolean;
}

interface Props extends Ticks {
  customers: readonly CustomerRow[];
  people: Map<string, Person> | undefined;
  titles: ReadonlyMap<string, string>;
  columns: readonly Column[];
  /** Where the first of them stands in the list. */
  first: number;
}

type RowProps = Omit<Props, "customers" | "first"> & { customer: CustomerRow; place: number };

function Row({ customer, place, people, titles, columns, ticked, onTick, isOld }: RowProps) {
  const { format } = useShop();
  const { customer_id: id } = customer;
  const person = people?.get(id);
  return (
    <tr>
      <td className={styles.tick}>
        <input
          type="checkbox"
          aria-label={say("customers.choose", {
            name: nameOf(person, id),
            place: format.count(place),
          })}
          disabled={isOld}
          checked={ticked.has(id)}
          onChange={(event) => {
            onTick([id], event.target.checked);
          }}
        />
      </td>
      <td className="figure muted">{format.count(place)}</td>
      <th scope="row">
        <CustomerLink customerId={id} person={person} />
        <PlaceLink to={evidencePlace(id)}>
          {say("customers.evidence")}
          <span className="unseen">
            {" "}
            {say("customers.evidence.of", { place: format.count(place) })}
          </span>
        </PlaceLink>
      </th>
      {columns.map((column) => (
        <td
          key={column}
          data-label={say(LABELS[column])}
          className={`${styles.cell ?? ""} ${isNumber(column) ? "figure cell-number" : ""}`}
        >
          <span>{cell(column, customer, { format, titles })}</span>
        </td>
      ))}
    </tr>
  );
}

export function CustomersTable({ customers, first, ...given }: Props) {
  const { format } = useShop();
  const { columns, ticked, onTick, isOld } = given;
  const ids = customers.map((one) => one.customer_id);
  return (
    <div className="table-room">
      <table className={`table ${styles.table ?? ""}`} aria-busy={isOld}>
        <thead>
          <tr>
            <td className={styles.tick}>
              <input
                type="checkbox"
                aria-label={say("customers.choose.page")}
                disabled={isOld}
                checked={ids.every((id) => ticked.has(id))}
                onChange={(event) => {
                  onTick(ids, event.target.checked);
                }}
              />
            </td>
            <th scope="col">{say("customers.place")}</th>
            <th scope="col">{say("parts.customer")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className={isNumber(column) ? "cell-number" : undefined}>
                {heading(column, format)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {customers.map((customer, at) => (
            <Row key={customer.customer_id} place={first + at} {...given} customer={customer} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
