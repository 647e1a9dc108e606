// On a customer: what she is worth, why, and how much of that is known.

import { useCustomer } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Empty } from "../parts/Empty";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Widget } from "../parts/Widget";
import { CustomerView } from "./CustomerView";

function Customer({ customerId }: { customerId: string }) {
  const question = useCustomer(customerId);
  if (question.isPending) return <Skeletons label="Loading the customer's value" lines={6} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  return <CustomerView customer={question.data} />;
}

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
