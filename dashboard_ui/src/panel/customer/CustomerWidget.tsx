// On a customer's page: what they are worth, why, how much of that is known, and which perks they have.

import { About } from "../mounts/About";
import { Customer } from "./Customer";

export function CustomerWidget() {
  return (
    <About params={["customerId"]} of="customer">
      {(customerId) => <Customer customerId={customerId} />}
    </About>
  );
}
