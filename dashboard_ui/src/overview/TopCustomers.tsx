// The customers with the highest value; names come from Saleor and are shown only when it shares them.

import { type Overview, usePeople, useTopCustomers } from "../api/questions";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { CustomerTable } from "./CustomerTable";

const SHOWN = 10;

interface Props {
  segments: Overview["segments"];
  runId: number | undefined;
}

function Content({ segments, runId }: Props) {
  const question = useTopCustomers(SHOWN, runId);
  const customers = question.data?.customers ?? [];
  const people = usePeople(customers.map((customer) => customer.customer_id));
  if (question.isPending) return <Skeletons label="Loading the top customers" lines={5} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  if (customers.length === 0) {
    return <Empty title="No values yet">They appear here after the first run.</Empty>;
  }
  const titles = new Map(segments.map(({ name, title }) => [name, title]));
  return (
    <>
      <CustomerTable customers={customers} people={people.data} titles={titles} />
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </>
  );
}

export function TopCustomers(props: Props) {
  return (
    <Card title="Top customers" wide>
      <Content {...props} />
    </Card>
  );
}
