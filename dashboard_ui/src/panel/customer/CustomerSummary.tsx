// The short form of a customer's value, for places that are about something else.

import { useCustomer, usePeople } from "../api/questions";
import { Answered } from "../parts/Answered";
import { CustomerLink } from "../parts/CustomerLink";
import { Badges } from "./Badges";
import { Headline } from "./Headline";
import { Unvalued } from "./Unvalued";
import { say } from "../words/say";

export function CustomerSummary({ customerId }: { customerId: string }) {
  const people = usePeople([customerId]);
  return (
    <Answered question={useCustomer(customerId)} loading={say("customer.loading")} lines={3}>
      {(customer) => (
        <div className="stack">
          <CustomerLink customerId={customerId} person={people.data?.get(customerId)} />
          {customer.state === "valued" ? (
            <>
              <Badges customer={customer} />
              <Headline customer={customer} />
            </>
          ) : (
            <Unvalued customer={customer} />
          )}
        </div>
      )}
    </Answered>
  );
}
