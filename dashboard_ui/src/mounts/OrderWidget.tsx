// On an order: the value of the customer who placed it. Saleor says who that is, with the staff member's token.

import { useCustomerOfOrder } from "../api/questions";
import { useShop } from "../bridge/shop";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Empty } from "../parts/Empty";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Widget } from "../parts/Widget";

function CustomerOfOrder({ orderId }: { orderId: string }) {
  const question = useCustomerOfOrder(orderId);
  if (question.isPending) return <Skeletons label="Looking up the customer" lines={3} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  if (question.data === null) {
    return (
      <Empty title="A guest's order">
        Values belong to customer accounts, and this order was placed without one.
      </Empty>
    );
  }
  return <CustomerSummary customerId={question.data} />;
}

export function OrderWidget() {
  const orderId = useShop().params.get("orderId");
  return (
    <Widget>
      {orderId ? (
        <CustomerOfOrder orderId={orderId} />
      ) : (
        <Empty title="No order">Open this from an order's page.</Empty>
      )}
    </Widget>
  );
}
