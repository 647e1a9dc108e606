// On an order: the value of the customer who placed it, and which customers led to it.

import { type CreditRow, useCreditsOfOrder, useCustomerOfOrder, usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { CustomerLink } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { Widget } from "../parts/Widget";
import { evidencePlace } from "../bridge/place";
import { GuestLink } from "./GuestLink";

function Leaders({ rows }: { rows: readonly CreditRow[] }) {
  const { format } = useShop();
  const people = usePeople([...new Set(rows.map((row) => row.source_id))]);
  if (rows.length === 0) {
    return <Muted>Nobody who is tied to the buyer bought the same shortly before.</Muted>;
  }
  return (
    <ul className="rows">
      {rows.map((row) => (
        <li key={`${row.source_id} ${row.line_id}`} className="row">
          <div>
            <CustomerLink
              customerId={row.source_id}
              person={people.data?.get(row.source_id)}
              brief
            />
            <p>{row.sentence}</p>
            <PlaceLink to={evidencePlace(row.source_id)}>Evidence</PlaceLink>
          </div>
          <span className="figure">
            {Number(row.booked.amount) === 0 ? "not counted" : format.money(row.booked)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Order({ orderId }: { orderId: string }) {
  const customer = useCustomerOfOrder(orderId);
  const credits = useCreditsOfOrder(orderId);
  return (
    <div className="stack">
      <Answered question={customer} loading="Looking up the customer" lines={3}>
        {(customerId) =>
          customerId === null ? (
            <>
              <Empty title="A guest's order">
                Values belong to customer accounts, and this order was placed without one.
              </Empty>
              <GuestLink orderId={orderId} />
            </>
          ) : (
            <CustomerSummary customerId={customerId} />
          )
        }
      </Answered>
      <Section title="Who led to this order">
        <Answered question={credits} loading="Looking up who led to it" lines={2}>
          {(rows) => <Leaders rows={rows} />}
        </Answered>
      </Section>
    </div>
  );
}

export function OrderWidget() {
  const orderId = useShop().params.get("orderId");
  return (
    <Widget>
      {orderId ? (
        <Order orderId={orderId} />
      ) : (
        <Empty title="No order">Open this from an order&apos;s page.</Empty>
      )}
    </Widget>
  );
}
