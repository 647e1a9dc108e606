// Lines of the picture of who may have led whom, and what they mean.

import type { PathRow } from "./pathRows";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import css from "./spread.module.css";

export const LEGEND: readonly (readonly [string, Key])[] = [
  ["path-main", "spread.path.legend.main"],
  ["path-other", "spread.path.legend.other"],
  ["path-rival", "spread.path.legend.rival"],
];
export const LEGEND_ROOM = 230;

interface Places {
  rows: readonly PathRow[];
  at: number;
  x: (n: number) => number;
  y: (n: number) => number;
}

export function PathEdges({ rows, at, x, y }: Places) {
  const chosen = rows[at];
  return (
    <>
      {rows.map(({ person, parent, onPath }, n) =>
        parent === null ? null : (
          <path
            key={person.customer_id}
            className={onPath && rows[parent - 1]?.onPath ? css["path-main"] : css["path-other"]}
            d={`M${x(parent - 1)},${y(parent - 1)} V${y(n)} H${x(n)}`}
          />
        ),
      )}
      {chosen?.rivals
        .filter((number) => number <= rows.length)
        .map((number) => (
          <line
            key={number}
            data-cursor=""
            className={css["path-rival"]}
            x1={x(number - 1)}
            y1={y(number - 1)}
            x2={x(at)}
            y2={y(at)}
          />
        ))}
    </>
  );
}

interface LegendProps {
  columns: number;
  top: number;
  row: number;
}

export function PathLegend({ columns, top, row }: LegendProps) {
  return (
    <g className={css["spread-words"]}>
      {LEGEND.map(([sign, words], n) => {
        const left = (n % columns) * LEGEND_ROOM;
        const line = top + Math.floor(n / columns) * row;
        return (
          <g key={sign}>
            <line className={sign} x1={left} x2={left + 16} y1={line - 4} y2={line - 4} />
            <text x={left + 22} y={line}>
              {say(words)}
            </text>
          </g>
        );
      })}
    </g>
  );
}
