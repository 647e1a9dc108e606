// On an order: the value of the customer who placed it, and which customers led to it.

import { useCustomerOfOrder } from "../api/found";
import { type CreditRow, useCreditsOfOrder, usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { CustomerLink } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { evidencePlace } from "../bridge/place";
import { About } from "./About";
import { GuestLink } from "./GuestLink";

function Leaders({ rows }: { rows: readonly CreditRow[] }) {
  const { format } = useShop();
  const people = usePeople([
    ...new Set(rows.map((row) => row.source_id).filter((id) => id !== null)),
  ]);
  if (rows.length === 0) {
    return <Muted>Nobody who is tied to the buyer bought the same shortly before.</Muted>;
  }
  return (
    <ul className="rows">
      {rows.map((row, place) => (
        <li key={`${row.source_id ?? place} ${row.line_id}`} className="row">
          <div>
            {row.source_id === null ? (
              <Muted>A customer whom the buyer named, and who has not agreed to be shown</Muted>
            ) : (
              <CustomerLink
                customerId={row.source_id}
                person={people.data?.get(row.source_id)}
                brief
              />
            )}
            <p>{row.sentence}</p>
            {row.source_id !== null && (
              <PlaceLink to={evidencePlace(row.source_id)}>Evidence</PlaceLink>
            )}
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

/** Of a draft there is nobody who led to it yet: only whose it is. */
function Draft({ orderId }: { orderId: string }) {
  return (
    <Answered question={useCustomerOfOrder(orderId)} loading="Looking up the customer" lines={3}>
      {(customerId) =>
        customerId === null ? (
          <Empty title="No customer yet">Choose one, and their value is shown here.</Empty>
        ) : (
          <CustomerSummary customerId={customerId} />
        )
      }
    </Answered>
  );
}

export function OrderWidget() {
  return (
    <About params={["orderId"]} of="order">
      {(orderId) => <Order orderId={orderId} />}
    </About>
  );
}

export function OrderPopup() {
  return (
    <About params={["orderId"]} of="order" title="Who led to this order">
      {(orderId) => <Order orderId={orderId} />}
    </About>
  );
}

export function DraftOrderWidget() {
  return (
    <About params={["orderId", "draftOrderId"]} of="draft order">
      {(orderId) => <Draft orderId={orderId} />}
    </About>
  );
}
