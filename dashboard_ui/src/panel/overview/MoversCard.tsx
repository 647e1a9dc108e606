// Whose value changed most in the last run, and why.

import { type Difference, type Move, useMovers } from "../api/overview";
import { type Overview, usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { whyMoved } from "./moves";

interface RowProps {
  move: Move;
  person: Person | undefined;
  titles: Map<string, string>;
}

function Row({ move, person, titles }: RowProps) {
  const { format } = useShop();
  const { change, entered, left } = move;
  return (
    <li className="row">
      <div>
        <CustomerLink customerId={move.customer_id} person={person} brief />
        <Muted>{whyMoved(move, format).join(". ")}.</Muted>
        <span className="chips">
          {entered.map((name) => (
            <Chip key={name} tone="success">
              into {titles.get(name) ?? name}
            </Chip>
          ))}
          {left.map((name) => (
            <Chip key={name}>out of {titles.get(name) ?? name}</Chip>
          ))}
        </span>
      </div>
      <span className="figure row-money">
        {Number(change.amount) > 0 && "+"}
        {format.estimate(change)}
        <span className="facts-note">
          <PlaceLink to={evidencePlace(move.customer_id)}>Evidence</PlaceLink>
        </span>
      </span>
    </li>
  );
}

function Moves({ moved, titles }: { moved: Difference; titles: Map<string, string> }) {
  const { format } = useShop();
  const people = usePeople(moved.moves.map((move) => move.customer_id));
  const since = moved.earlier.as_of;
  if (moved.total === 0) {
    return (
      <Empty title="Nobody's value changed">The last run found what the one before did.</Empty>
    );
  }
  return (
    <>
      <Muted>
        {moved.total === 1
          ? "The value or segments of 1 customer changed"
          : `The values or segments of ${format.count(moved.total)} customers changed`}
        {since !== null && ` since ${format.moment(since)}`}.
      </Muted>
      <ul className="rows">
        {moved.moves.map((move) => (
          <Row
            key={move.customer_id}
            move={move}
            person={people.data?.get(move.customer_id)}
            titles={titles}
          />
        ))}
      </ul>
    </>
  );
}

interface Props {
  runId: number | undefined;
  segments: Overview["segments"];
}

export function MoversCard({ runId, segments }: Props) {
  const titles = new Map(segments.map(({ name, title }) => [name, title]));
  return (
    <Card title="Who moved most" action={<PlaceLink to="/runs">Compare runs</PlaceLink>}>
      <Answered question={useMovers(runId)} loading="Comparing the last two runs" lines={5}>
        {(moved) =>
          moved === null ? (
            <Empty title="Not enough yet to compare">
              After the second run it says here whose value changed, and why.
            </Empty>
          ) : (
            <Moves moved={moved} titles={titles} />
          )
        }
      </Answered>
    </Card>
  );
}
