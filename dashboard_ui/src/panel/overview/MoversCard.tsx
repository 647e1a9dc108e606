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
import { say } from "../words/say";
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
              {say("overview.movers.into", { segment: titles.get(name) ?? name })}
            </Chip>
          ))}
          {left.map((name) => (
            <Chip key={name}>
              {say("overview.movers.out", { segment: titles.get(name) ?? name })}
            </Chip>
          ))}
        </span>
      </div>
      <span className="figure row-money">
        {Number(change.amount) > 0 && "+"}
        {format.estimate(change)}
        <span className="facts-note">
          <PlaceLink to={evidencePlace(move.customer_id)}>{say("mounts.evidence")}</PlaceLink>
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
    return <Empty title={say("overview.movers.none")}>{say("overview.movers.none.why")}</Empty>;
  }
  return (
    <>
      <Muted>
        {since === null
          ? say("overview.movers.count", { count: moved.total })
          : say("overview.movers.count.since", { count: moved.total, when: format.moment(since) })}
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
    <Card
      title={say("overview.movers.title")}
      action={<PlaceLink to="/runs">{say("overview.movers.compare")}</PlaceLink>}
    >
      <Answered question={useMovers(runId)} loading={say("overview.movers.loading")} lines={5}>
        {(moved) =>
          moved === null ? (
            <Empty title={say("overview.movers.early")}>{say("overview.movers.early.when")}</Empty>
          ) : (
            <Moves moved={moved} titles={titles} />
          )
        }
      </Answered>
    </Card>
  );
}
