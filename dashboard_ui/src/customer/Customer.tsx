// One customer's value, or the state that stands in its place.

import { useCustomer } from "../api/questions";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { CustomerView } from "./CustomerView";

export function Customer({ customerId }: { customerId: string }) {
  const question = useCustomer(customerId);
  if (question.isPending) return <Skeletons label="Loading the customer's value" lines={6} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  return <CustomerView customer={question.data} />;
}
