// What the colours of the picture mean, inside of it: it is shown to others without the page around it.

import type { Spread } from "../api/products";
import { say } from "../words/say";
import css from "./spread.module.css";

type Sign = "tied" | "untied" | "anyway" | "sale";

interface Placed {
  sign: Sign;
  x: number;
}

const LETTER = 6.6;
const SIGN_ROOM = 20;

function signsOf(spread: Spread): Sign[] {
  return [
    "tied",
    "untied",
    ...(spread.state === "not-yet-run" ? [] : (["anyway"] as const)),
    ...(spread.bands.some((one) => one.kind !== "price") ? (["sale"] as const) : []),
  ];
}

/** The signs in as many rows as they need at that width. */
export function legendRows(spread: Spread, width: number): Placed[][] {
  const rows: Placed[][] = [];
  let x = Infinity;
  for (const sign of signsOf(spread)) {
    const size = SIGN_ROOM + say(`spread.legend.${sign}`).length * LETTER + 16;
    if (x + size > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ sign, x });
    x += size;
  }
  return rows;
}

interface Props {
  rows: readonly (readonly Placed[])[];
  left: number;
  top: number;
  row: number;
}

export function SpreadLegend({ rows, left, top, row }: Props) {
  return (
    <g className={css["spread-words"]}>
      {rows.flatMap((signs, n) =>
        signs.map(({ sign, x }) => {
          const y = top + n * row;
          return (
            <g key={sign}>
              {sign === "anyway" ? (
                <line
                  className={css["spread-anyway"]}
                  x1={left + x}
                  x2={left + x + 14}
                  y1={y - 4}
                  y2={y - 4}
                />
              ) : (
                <rect
                  className={css[`spread-${sign}`]}
                  x={left + x + 1}
                  y={y - 9}
                  width={12}
                  height={10}
                />
              )}
              <text x={left + x + SIGN_ROOM} y={y}>
                {say(`spread.legend.${sign}`)}
              </text>
            </g>
          );
        }),
      )}
    </g>
  );
}
