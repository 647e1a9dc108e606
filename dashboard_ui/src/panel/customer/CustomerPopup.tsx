// The same as the widget with room around it, for dashboards that have no widgets yet.

import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";
import { Customer } from "./Customer";
import { say } from "../words/say";

function Named({ customerId }: { customerId: string }) {
  const person = usePeople([customerId]).data?.get(customerId);
  return (
    <Page title={person?.name || person?.email || say("parts.customer")} narrow>
      <Customer customerId={customerId} />
    </Page>
  );
}

export function CustomerPopup() {
  const customerId = useShop().params.get("customerId");
  if (customerId) return <Named customerId={customerId} />;
  return (
    <Page title={say("parts.customer")} narrow>
      <Empty title={say("customer.nobody")}>{say("customer.nobody.how")}</Empty>
    </Page>
  );
}
