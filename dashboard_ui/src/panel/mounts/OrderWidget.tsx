// On an order: whose it is, the code used, who may have led to it, and whom its customer led since.

import { useCustomerOfOrder } from "../api/found";
import { type CreditRow, useCreditsOfOrder, useOrderInfluence } from "../api/questions";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import { About } from "./About";
import { GuestLink } from "./GuestLink";
import { Leaders } from "./OrderLeaders";
import { CodeUsed, LedSince } from "./OrderSince";

/** What the app knows of the order itself; of one that has not reached it, or no run has seen, that. */
function Known({ orderId, leaders }: { orderId: string; leaders: readonly CreditRow[] }) {
  return (
    <Answered question={useOrderInfluence(orderId)} loading="Looking what followed it" lines={3}>
      {({ code, led, is_calculated: isCalculated }) => (
        <>
          {code && (
            <CodeUsed
              code={code}
              isNamed={isCalculated && leaders.some((row) => row.source_id === code.owner_id)}
            />
          )}
          {isCalculated ? (
            <>
              <Section title="Who led to this order">
                <Leaders rows={leaders} />
              </Section>
              {led && <LedSince led={led} />}
            </>
          ) : (
            <Empty title="Not calculated yet">
              The next run looks who led to this order, and who followed.
            </Empty>
          )}
        </>
      )}
    </Answered>
  );
}

function Order({ orderId }: { orderId: string }) {
  return (
    <div className="stack">
      <Answered question={useCustomerOfOrder(orderId)} loading="Looking up the customer" lines={3}>
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
      <Answered question={useCreditsOfOrder(orderId)} loading="Looking up who led to it" lines={2}>
        {(leaders) => <Known orderId={orderId} leaders={leaders} />}
      </Answered>
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
