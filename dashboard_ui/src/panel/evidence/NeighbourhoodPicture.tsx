// The neighbourhood as a picture without a name in it: the numbers are those of the list beside it.

import type { Neighbourhood } from "../api/customerPage";
import { useShop } from "../bridge/shop";
import { verdictName, VERDICTS } from "../customer/words";
import type { Verdict } from "../api/questions";
import css from "./Neighbourhood.module.css";
import type { Placed } from "./neighbourhoodLayout";
import { say } from "../words/say";

interface Props {
  found: Neighbourhood;
  people: readonly Placed[];
  at: number;
  onChoose: (at: number) => void;
}

const SIZE = 480;
const ROOM = 16;
const MOST_NUMBERED = 60;
const WIDEST = 5;

export function VerdictLegend({ people }: Pick<Props, "people">) {
  const seen = new Set(people.map(({ person }) => person.verdict));
  const shown = (Object.keys(VERDICTS) as Verdict[]).filter((one) => seen.has(one));
  return (
    <ul className={css.legend} aria-hidden>
      {shown.map((verdict) => (
        <li key={verdict}>
          <svg width={14} height={14}>
            <circle className={css.sign} data-verdict={verdict} cx={7} cy={7} r={5.5} />
          </svg>
          {verdictName(verdict)}
        </li>
      ))}
    </ul>
  );
}

export function NeighbourhoodPicture({ found, people, at, onChoose }: Props) {
  const { format } = useShop();
  const place = (one: number) => SIZE / 2 + one * (SIZE / 2 - ROOM);
  const by = new Map(people.map((one) => [one.person.customer_id, one]));
  const chosen = people[at]?.person.customer_id;
  const most = Math.max(...found.links.map(({ credit }) => Number(credit.amount)), 1);
  const small = people.length > MOST_NUMBERED;
  return (
    <svg
      className={css.picture}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      role="img"
      aria-label={say("record.around.picture", { count: people.length })}
    >
      {found.links.map(({ source_id: source, customer_id: follower, credit }) => {
        const [from, to] = [by.get(source), by.get(follower)];
        if (from === undefined || to === undefined) return null;
        return (
          <line
            key={`${source} ${follower}`}
            className={css.link}
            data-chosen={source === chosen || follower === chosen ? "" : undefined}
            x1={place(from.x)}
            y1={place(from.y)}
            x2={place(to.x)}
            y2={place(to.y)}
            strokeWidth={1 + (WIDEST - 1) * Math.sqrt(Number(credit.amount) / most)}
          />
        );
      })}
      {people.map(({ person, number, x, y }, n) => (
        <g
          key={person.customer_id}
          className={css.person}
          data-verdict={person.verdict}
          data-chosen={n === at ? "" : undefined}
          onPointerDown={() => {
            onChoose(n);
          }}
        >
          <circle cx={place(x)} cy={place(y)} r={number === 0 ? 13 : small ? 5 : 9} />
          {(!small || number === 0) && number > 0 && (
            <text x={place(x)} y={place(y)}>
              {format.count(number)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
