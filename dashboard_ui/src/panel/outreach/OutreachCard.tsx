// The board of an outreach programme, a column at a time.

import { useState } from "react";

import { type Column, useOutreach } from "../api/outreach";
import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { OutreachRow } from "./OutreachRow";
import { COLUMNS } from "./words";
import { say } from "../words/say";

const SHOWN = 20;

export function OutreachCard({ programmeId, title }: { programmeId: number; title: string }) {
  const { format } = useShop();
  const [column, setColumn] = useState<Column>("suggested");
  const [page, turn] = usePage(SHOWN, column);
  const question = useOutreach(programmeId, column, page);
  const ids = (question.data?.tasks ?? []).map(({ customer_id: id }) => id);
  const people = usePeople([...new Set(ids)]);
  const counts = question.data?.counts;
  const options = COLUMNS.map((key): [Column, string] => {
    const label = say(`outreach.column.${key}`);
    return [key, counts ? `${label} (${format.count(counts[key])})` : label];
  });
  return (
    <Card title={say("outreach.title")} wide>
      <Choice
        label={say("outreach.column")}
        options={options}
        value={column}
        onChoose={setColumn}
      />
      <Answered question={question} loading={say("outreach.loading")} lines={6}>
        {({ tasks, total, brief }) => (
          <>
            {brief !== "" && <Muted>{brief}</Muted>}
            {total === 0 ? (
              <Empty title={say("outreach.none")}>{say("outreach.none.why")}</Empty>
            ) : (
              <>
                <ul className="rows" aria-label={say("outreach.list")}>
                  {tasks.map((task) => (
                    <OutreachRow
                      key={task.id}
                      task={task}
                      title={title}
                      brief={brief}
                      person={people.data?.get(task.customer_id)}
                    />
                  ))}
                </ul>
                <Paging page={page} total={total} of={say("outreach.of")} onTurn={turn} />
              </>
            )}
          </>
        )}
      </Answered>
    </Card>
  );
}
