// The customers with the highest value; names come from Saleor and are shown only when it shares them.

import { type Overview, useCustomers, usePeople } from "../api/questions";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";
import { CustomerTable } from "./CustomerTable";

const SHOWN = 10;

interface Props {
  segments: Overview["segments"];
  runId: number | undefined;
}

export function TopCustomers({ segments, runId }: Props) {
  const question = useCustomers({ sort: "value", limit: SHOWN }, runId);
  const people = usePeople((question.data?.customers ?? []).map((row) => row.customer_id));
  const titles = new Map(segments.map(({ name, title }) => [name, title]));
  return (
    <Card
      title={say("overview.top")}
      action={<PlaceLink to="/customers">{say("overview.customers.all")}</PlaceLink>}
      wide
    >
      <Answered question={question} loading={say("mounts.top.loading")} lines={5}>
        {({ customers }) =>
          customers.length === 0 ? (
            <Empty title={say("mounts.values.none")}>{say("mounts.values.none.when")}</Empty>
          ) : (
            <CustomerTable customers={customers} people={people.data} titles={titles} />
          )
        }
      </Answered>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </Card>
  );
}
