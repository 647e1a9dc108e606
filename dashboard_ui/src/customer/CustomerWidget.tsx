// On a customer's page: what they are worth, why, and how much of that is known.

import { useShop } from "../bridge/shop";
import { Empty } from "../parts/Empty";
import { Widget } from "../parts/Widget";
import { Customer } from "./Customer";

export function CustomerWidget() {
  const customerId = useShop().params.get("customerId");
  return (
    <Widget>
      {customerId ? (
        <Customer customerId={customerId} />
      ) : (
        <Empty title="No customer">Open this from a customer's page.</Empty>
      )}
    </Widget>
  );
}
