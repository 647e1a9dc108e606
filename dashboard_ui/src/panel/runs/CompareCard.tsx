// Two runs side by side: who moved, by how much, and why.

import { useState } from "react";

import { type Run, usePeople } from "../api/questions";
import { useDifference } from "../api/runs";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { MovesTable } from "./MovesTable";
import { runTitle } from "./words";
import { say } from "../words/say";

const SHOWN = 15;

function Moves({ earlier, later }: { earlier: number; later: number }) {
  const [page, turn] = usePage(SHOWN, `${earlier} ${later}`);
  const question = useDifference(later, earlier, page);
  const people = usePeople((question.data?.moves ?? []).map((move) => move.customer_id));
  return (
    <>
      <Answered question={question} loading={say("runs.compare.loading")} lines={6}>
        {({ total, moves }) =>
          total === 0 ? (
            <Empty title={say("runs.moves.none")}>{say("runs.moves.none.what")}</Empty>
          ) : (
            <>
              <Muted>{say("runs.moves.count", { count: total })}</Muted>
              <MovesTable moves={moves} people={people.data} />
              <Paging page={page} total={total} of={say("runs.moves.of")} onTurn={turn} />
            </>
          )
        }
      </Answered>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </>
  );
}

export function CompareCard({ runs }: { runs: readonly Run[] }) {
  const { format } = useShop();
  const [chosen, setChosen] = useState<{ earlier?: string; later?: string }>({});
  const options = runs.map((run) => [String(run.id), runTitle(run, format)] as const);
  const [newest, before] = options;
  if (newest === undefined || before === undefined) {
    return (
      <Card title={say("runs.compare")}>
        <Empty title={say("runs.compare.none")}>{say("runs.compare.none.how")}</Empty>
      </Card>
    );
  }
  const later = chosen.later ?? newest[0];
  const earlier = chosen.earlier ?? before[0];
  return (
    <Card title={say("runs.compare")}>
      <div className="choices">
        <Choice
          label={say("runs.compare.between")}
          options={options}
          value={earlier}
          onChoose={(value) => {
            setChosen({ earlier: value, later });
          }}
        />
        <Choice
          label={say("runs.compare.and")}
          options={options}
          value={later}
          onChoose={(value) => {
            setChosen({ earlier, later: value });
          }}
        />
      </div>
      {earlier === later ? (
        <Muted>{say("runs.compare.same")}</Muted>
      ) : (
        <Moves earlier={Number(earlier)} later={Number(later)} />
      )}
    </Card>
  );
}
