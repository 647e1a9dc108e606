// Who may have led whom, by time, as a picture without a name in it: the numbers are those of the list beside it.

import { forwardRef, useRef } from "react";

import { useShop } from "../bridge/shop";
import { LEGEND, LEGEND_ROOM, PathEdges, PathLegend } from "./PathEdges";
import { type PathRow, timesOf } from "./pathRows";
import { useWidth } from "../parts/useWidth";
import { say } from "../words/say";
import css from "./spread.module.css";

interface Props {
  title: string;
  rows: readonly PathRow[];
  at: number;
  onChoose: (at: number) => void;
}

/** More rows are in the list alone. */
export const MOST_ROWS = 30;
const TOP = 66;
const ROW = 18;
const SIDE = 26;

export const PathChart = forwardRef<SVGSVGElement, Props>(function PathChart(props, picture) {
  const { title, rows: all, at, onChoose } = props;
  const { format } = useShop();
  const room = useRef<HTMLElement>(null);
  const width = useWidth(room);
  const rows = all.slice(0, MOST_ROWS);
  const times = timesOf(rows);
  const columns = Math.max(1, Math.floor(width / LEGEND_ROOM));
  const top = TOP + (Math.ceil(LEGEND.length / columns) - 1) * ROW;
  const height = top + rows.length * ROW + 28;
  const x = (n: number) => SIDE + (times[n] ?? 0) * (width - 2 * SIDE);
  const y = (n: number) => top + n * ROW;
  const bought = rows.flatMap(({ person }) => person.bought_at ?? []).sort();
  const told = say("spread.path.picture", { count: all.length });
  return (
    <figure
      className={css["spread-picture"]}
      ref={room}
      onPointerMove={(event) => {
        const below = event.clientY - event.currentTarget.getBoundingClientRect().top - top;
        const n = Math.round(below / ROW);
        if (n >= 0 && n < rows.length) onChoose(n);
      }}
    >
      {width > 0 && (
        <svg
          ref={picture}
          role="img"
          aria-label={told}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
        >
          <text className={css["spread-title"]} x={0} y={16}>
            {title}
          </text>
          <PathLegend columns={columns} top={38} row={ROW} />
          <rect
            data-cursor=""
            className={css["spread-cursor"]}
            x={0}
            width={width}
            y={y(at) - ROW / 2}
            height={at < rows.length ? ROW : 0}
          />
          <PathEdges {...{ rows, at, x, y }} />
          {rows.map(({ person, number, onPath }, n) => (
            <g key={person.customer_id} className={css["path-person"]}>
              <circle
                className={onPath ? `${css["path-dot"]} ${css["path-dot-main"]}` : css["path-dot"]}
                cx={x(n)}
                cy={y(n)}
                r={4.5}
              />
              <text x={x(n) + 9} y={y(n) + 4}>
                {format.count(number)}
              </text>
            </g>
          ))}
          <g className={css["spread-words"]}>
            <text x={SIDE - 5} y={height - 6}>
              {bought[0] && format.day(bought[0])}
            </text>
            <text x={width - SIDE + 5} y={height - 6} textAnchor="end">
              {bought.length > 1 && format.day(bought.at(-1) ?? "")}
            </text>
          </g>
        </svg>
      )}
    </figure>
  );
});
