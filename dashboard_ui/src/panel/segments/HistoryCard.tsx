// How a segment changed from run to run: sizes, who entered, who left, and why.

import { useState } from "react";

import { usePeople } from "../api/questions";
import {
  type SegmentMoves,
  type SizeAfter,
  useSegmentMoves,
  useSegmentSizes,
} from "../api/segments";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Bars } from "../parts/Bars";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Choice } from "../parts/Choice";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

function Moved({ found }: { found: SegmentMoves }) {
  const { format } = useShop();
  const people = usePeople(found.moves.map((one) => one.customer_id));
  if (found.earlier === null) {
    return <Muted>{say("segments.moves.first")}</Muted>;
  }
  return (
    <>
      <p role="status">
        {say("segments.moves.counts", {
          entered: format.count(found.entered),
          left: format.count(found.left),
        })}
      </p>
      <ul className="rows" aria-label={say("segments.moves.who")}>
        {found.moves.map(({ customer_id: id, entered, why }) => (
          <li key={`${id} ${entered}`} className="row">
            <div>
              <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
              <Muted>{why}</Muted>
            </div>
            <span>
              <Chip tone={entered ? "success" : "neutral"}>
                {say(entered ? "segments.moves.entered" : "segments.moves.left")}
              </Chip>
            </span>
          </li>
        ))}
      </ul>
      {found.moves.length < found.entered + found.left && (
        <Muted>{say("segments.moves.shown", { count: format.count(found.moves.length) })}</Muted>
      )}
    </>
  );
}

function Sizes({ name, sizes }: { name: string; sizes: readonly SizeAfter[] }) {
  const { format } = useShop();
  const newest = [...sizes].reverse();
  const [chosen, setChosen] = useState<string | null>(null);
  const runId = Number(chosen ?? newest[0]?.run_id);
  const moves = useSegmentMoves(name, runId);
  const numbers = sizes.map((one) => one.size);
  return (
    <>
      <Bars
        label={say("segments.history.sizes", {
          count: format.count(sizes.length),
          sizes: numbers.map(format.count).join(", "),
        })}
        values={numbers}
        height={64}
      />
      <Choice
        label={say("segments.history.run")}
        options={newest.map((one) => [
          String(one.run_id),
          say("segments.history.run.size", {
            when: format.moment(one.as_of),
            count: format.count(one.size),
          }),
        ])}
        value={String(runId)}
        onChoose={setChosen}
      />
      <Answered question={moves} loading={say("segments.moves.loading")} lines={3}>
        {(found) => <Moved found={found} />}
      </Answered>
    </>
  );
}

export function HistoryCard({ name }: { name: string }) {
  return (
    <Card title={say("segments.history")}>
      <Answered
        question={useSegmentSizes(name)}
        loading={say("segments.history.loading")}
        lines={4}
      >
        {(sizes) =>
          sizes.length === 0 ? (
            <Empty title={say("segments.history.none")}>{say("segments.history.none.when")}</Empty>
          ) : (
            <Sizes name={name} sizes={sizes} />
          )
        }
      </Answered>
    </Card>
  );
}
