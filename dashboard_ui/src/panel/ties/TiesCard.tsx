// The known ties, of everybody or of one customer, a page at a time.

import { useState } from "react";

import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useTies } from "../api/ties";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { CursorPaging, useCursors } from "../parts/CursorPaging";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { TiesTable } from "./TiesTable";

const SHOWN = 20;

export function TiesCard({ mayChange }: { mayChange: boolean }) {
  const [person, setPerson] = useState<Person | null>(null);
  const trail = useCursors(SHOWN, person?.id);
  const question = useTies(person?.id ?? null, trail.page);
  const ties = question.data?.ties ?? [];
  const ends = ties.flatMap((tie) => [tie.source_id, tie.target_id]);
  const ids = [...new Set(ends.filter((id) => id !== null))];
  const people = usePeople(ids);
  return (
    <Card title="Known ties">
      <CustomerSearch of="Of" back="Show all ties" chosen={person} onChoose={setPerson} />
      <Answered question={question} loading="Loading the ties" lines={6}>
        {({ total, next }) =>
          total === 0 ? (
            <Empty title={person ? "No tie of this customer is known" : "No ties yet"}>
              Redeemed personal codes, gifts and the survey give ties; a list of yours can be
              imported.
            </Empty>
          ) : (
            <>
              <TiesTable ties={ties} people={people.data} mayDrop={mayChange} />
              <CursorPaging {...{ trail, next, total }} shown={ties.length} of="ties" />
            </>
          )
        }
      </Answered>
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </Card>
  );
}
