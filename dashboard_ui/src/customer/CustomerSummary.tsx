// The short form of a customer's value, for places that are about something else.

import { useCustomer } from "../api/questions";
import { CustomerLink } from "../parts/CustomerLink";
import { usePeople } from "../api/questions";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Badges } from "./Badges";
import { Headline } from "./Headline";
import { Unvalued } from "./Unvalued";

export function CustomerSummary({ customerId }: { customerId: string }) {
  const question = useCustomer(customerId);
  const people = usePeople([customerId]);
  if (question.isPending) return <Skeletons label="Loading the customer's value" lines={3} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  const customer = question.data;
  return (
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
  );
}
