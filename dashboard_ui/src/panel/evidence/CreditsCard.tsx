// The rows behind one term of the value, a page at a time, and their sum, which is that term.

import { type CreditPart, type CustomerValue, useCredits, usePeople } from "../api/questions";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { CreditTable } from "./CreditTable";
import { say } from "../words/say";

const SHOWN = 20;

interface Props {
  customer: CustomerValue;
  part: CreditPart;
}

export function CreditsCard({ customer, part }: Props) {
  const [page, turn] = usePage(SHOWN, customer.customer_id);
  const question = useCredits(customer.customer_id, part, page);
  const buyers = (question.data?.rows ?? []).flatMap(({ customer_id: id }) => id ?? []);
  const people = usePeople([...new Set(buyers)]);
  const title = say(`record.rows.${part}`);
  return (
    <Card title={title} wide>
      <Answered question={question} loading={say("record.rows.loading")} lines={5}>
        {(found) => (
          <>
            <Muted>{found.explanation}</Muted>
            {found.total > 0 && <CreditTable found={found} people={people.data} />}
            <Paging page={page} total={found.total} of={title} onTurn={turn} />
          </>
        )}
      </Answered>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </Card>
  );
}
