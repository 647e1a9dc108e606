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

const SHOWN = 15;

function Moves({ earlier, later }: { earlier: number; later: number }) {
  const { format } = useShop();
  const [page, turn] = usePage(SHOWN, `${earlier} ${later}`);
  const question = useDifference(later, earlier, page);
  const people = usePeople((question.data?.moves ?? []).map((move) => move.customer_id));
  return (
    <>
      <Answered question={question} loading="Comparing the runs" lines={6}>
        {({ total, moves }) =>
          total === 0 ? (
            <Empty title="Nobody moved">
              Every value, verdict and segment is the same in both runs.
            </Empty>
          ) : (
            <>
              <Muted>
                {total === 1 ? "One customer" : `${format.count(total)} customers`} moved, those who
                moved most first.
              </Muted>
              <MovesTable moves={moves} people={people.data} />
              <Paging page={page} total={total} of="who moved" onTurn={turn} />
            </>
          )
        }
      </Answered>
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
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
      <Card title="Compare two runs">
        <Empty title="Nothing to compare yet">It takes two finished runs.</Empty>
      </Card>
    );
  }
  const later = chosen.later ?? newest[0];
  const earlier = chosen.earlier ?? before[0];
  return (
    <Card title="Compare two runs">
      <div className="choices">
        <Choice
          label="Between"
          options={options}
          value={earlier}
          onChoose={(value) => {
            setChosen({ earlier: value, later });
          }}
        />
        <Choice
          label="and"
          options={options}
          value={later}
          onChoose={(value) => {
            setChosen({ earlier, later: value });
          }}
        />
      </div>
      {earlier === later ? (
        <Muted>Choose two different runs.</Muted>
      ) : (
        <Moves earlier={Number(earlier)} later={Number(later)} />
      )}
    </Card>
  );
}
