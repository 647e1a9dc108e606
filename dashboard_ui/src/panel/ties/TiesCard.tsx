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
import { say } from "../words/say";

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
    <Card title={say("ties.known")}>
      <CustomerSearch
        of={say("ties.known.of")}
        back={say("ties.known.all")}
        chosen={person}
        onChoose={setPerson}
      />
      <Answered question={question} loading={say("ties.loading")} lines={6}>
        {({ total, next }) =>
          total === 0 ? (
            <Empty title={say(person ? "ties.none.customer" : "ties.none")}>
              {say("ties.none.how")}
            </Empty>
          ) : (
            <>
              <TiesTable ties={ties} people={people.data} mayDrop={mayChange} />
              <CursorPaging {...{ trail, next, total }} shown={ties.length} of={say("ties.of")} />
            </>
          )
        }
      </Answered>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </Card>
  );
}
