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

function Moved({ found }: { found: SegmentMoves }) {
  const { format } = useShop();
  const people = usePeople(found.moves.map((one) => one.customer_id));
  if (found.earlier === null) {
    return <Muted>It is the first run whose result is kept: nothing is there to compare.</Muted>;
  }
  return (
    <>
      <p role="status">
        {format.count(found.entered)} entered, {format.count(found.left)} left.
      </p>
      <ul className="rows" aria-label="Who entered and who left">
        {found.moves.map(({ customer_id: id, entered, why }) => (
          <li key={`${id} ${entered}`} className="row">
            <div>
              <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
              <Muted>{why}</Muted>
            </div>
            <span>
              <Chip tone={entered ? "success" : "neutral"}>{entered ? "Entered" : "Left"}</Chip>
            </span>
          </li>
        ))}
      </ul>
      {found.moves.length < found.entered + found.left && (
        <Muted>The first {format.count(found.moves.length)} are shown.</Muted>
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
        label={`Sizes after the last ${format.count(sizes.length)} runs: ${numbers.map(format.count).join(", ")}`}
        values={numbers}
        height={64}
      />
      <Choice
        label="Run"
        options={newest.map((one) => [
          String(one.run_id),
          `${format.moment(one.as_of)}: ${format.count(one.size)} in it`,
        ])}
        value={String(runId)}
        onChoose={setChosen}
      />
      <Answered question={moves} loading="Loading who entered and left" lines={3}>
        {(found) => <Moved found={found} />}
      </Answered>
    </>
  );
}

export function HistoryCard({ name }: { name: string }) {
  return (
    <Card title="From run to run">
      <Answered question={useSegmentSizes(name)} loading="Loading the sizes" lines={4}>
        {(sizes) =>
          sizes.length === 0 ? (
            <Empty title="No run yet">Sizes appear here after the first run.</Empty>
          ) : (
            <Sizes name={name} sizes={sizes} />
          )
        }
      </Answered>
    </Card>
  );
}
