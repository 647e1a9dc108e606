// On an order: whose it is, the code used, who may have led to it, and whom its customer led since.

import { useCustomerOfOrder } from "../api/found";
import { type CreditRow, useCreditsOfOrder, useOrderInfluence } from "../api/questions";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import { say } from "../words/say";
import { About } from "./About";
import { GuestLink } from "./GuestLink";
import { Leaders } from "./OrderLeaders";
import { CodeUsed, LedSince } from "./OrderSince";

/** What the app knows of the order itself; of one that has not reached it, or no run has seen, that. */
function Known({ orderId, leaders }: { orderId: string; leaders: readonly CreditRow[] }) {
  return (
    <Answered
      question={useOrderInfluence(orderId)}
      loading={say("mounts.order.since.loading")}
      lines={3}
    >
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
              <Section title={say("mounts.order.led")}>
                <Leaders rows={leaders} />
              </Section>
              {led && <LedSince led={led} />}
            </>
          ) : (
            <Empty title={say("mounts.order.waits")}>{say("mounts.order.waits.when")}</Empty>
          )}
        </>
      )}
    </Answered>
  );
}

function Order({ orderId }: { orderId: string }) {
  return (
    <div className="stack">
      <Answered
        question={useCustomerOfOrder(orderId)}
        loading={say("mounts.order.customer.loading")}
        lines={3}
      >
        {(customerId) =>
          customerId === null ? (
            <>
              <Empty title={say("mounts.order.guest")}>{say("mounts.order.guest.why")}</Empty>
              <GuestLink orderId={orderId} />
            </>
          ) : (
            <CustomerSummary customerId={customerId} />
          )
        }
      </Answered>
      <Answered
        question={useCreditsOfOrder(orderId)}
        loading={say("mounts.order.led.loading")}
        lines={2}
      >
        {(leaders) => <Known orderId={orderId} leaders={leaders} />}
      </Answered>
    </div>
  );
}

/** Of a draft there is nobody who led to it yet: only whose it is. */
function Draft({ orderId }: { orderId: string }) {
  return (
    <Answered
      question={useCustomerOfOrder(orderId)}
      loading={say("mounts.order.customer.loading")}
      lines={3}
    >
      {(customerId) =>
        customerId === null ? (
          <Empty title={say("mounts.draft.none")}>{say("mounts.draft.none.how")}</Empty>
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
    <About params={["orderId"]} of="order" title={say("mounts.order.led")}>
      {(orderId) => <Order orderId={orderId} />}
    </About>
  );
}

export function DraftOrderWidget() {
  return (
    <About params={["orderId", "draftOrderId"]} of="draft-order">
      {(orderId) => <Draft orderId={orderId} />}
    </About>
  );
}
