// One customer's value, or the state that stands in its place.

import { useCustomer } from "../api/questions";
import { Answered } from "../parts/Answered";
import { CustomerView } from "./CustomerView";
import { say } from "../words/say";

export function Customer({ customerId }: { customerId: string }) {
  return (
    <Answered question={useCustomer(customerId)} loading={say("customer.loading")} lines={6}>
      {(customer) => <CustomerView customer={customer} />}
    </Answered>
  );
}
