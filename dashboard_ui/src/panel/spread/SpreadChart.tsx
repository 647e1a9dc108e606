// A product's purchases in time as a picture that can be shown to others: nobody is named in it.

import { forwardRef, useRef } from "react";

import type { Spread, Step } from "../api/products";
import { useShop } from "../bridge/shop";
import { SpreadBands } from "./SpreadBands";
import { type Frame, SpreadBars } from "./SpreadBars";
import { SpreadLegend, legendRows } from "./SpreadLegend";
import { axisEnd } from "./steps";
import { useWidth } from "../parts/useWidth";
import { pictureWords, tickName } from "./words";
import css from "./spread.module.css";

interface Props {
  title: string;
  spread: Spread;
  steps: readonly Step[];
  /** Which step is chosen; null for a picture in which none is. */
  at: number | null;
  onChoose?: (at: number) => void;
}

const LEFT = 34;
const RIGHT = 10;
const ROW = 18;
const PLOT = 168;
const BELOW = 48;
const TICK_ROOM = { hour: 104, day: 84, week: 84, month: 84 };

export const SpreadChart = forwardRef<SVGSVGElement, Props>(function SpreadChart(props, picture) {
  const { title, spread, steps, at, onChoose } = props;
  const { format } = useShop();
  const room = useRef<HTMLElement>(null);
  const width = useWidth(room);
  const legend = legendRows(spread, Math.max(240, width - LEFT - RIGHT));
  const top = 28 + legend.length * ROW + 6;
  const floor = top + PLOT;
  const end = axisEnd(Math.max(...steps.map((one) => Math.max(one.purchases, one.anyway_high)), 0));
  const right = width - RIGHT;
  const each = (right - LEFT) / Math.max(1, steps.length);
  const frame: Frame = {
    left: LEFT,
    right,
    top,
    floor,
    x: (n) => LEFT + n * each,
    y: (count) => floor - (count / end) * PLOT,
  };
  const every = Math.max(
    1,
    Math.ceil(steps.length / Math.max(1, (right - LEFT) / TICK_ROOM[spread.step])),
  );
  return (
    <figure
      className={css["spread-picture"]}
      ref={room}
      onPointerMove={(event) => {
        const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
        const n = Math.floor((x - LEFT) / each);
        if (onChoose && n >= 0 && n < steps.length) onChoose(n);
      }}
    >
      {width > 0 && (
        <svg
          ref={picture}
          role="img"
          aria-label={pictureWords(spread, format)}
          width={width}
          height={floor + BELOW}
          viewBox={`0 0 ${width} ${floor + BELOW}`}
        >
          <text className={css["spread-title"]} x={0} y={16}>
            {title}
          </text>
          <SpreadLegend rows={legend} left={LEFT} top={40} row={ROW} />
          {at !== null && steps[at] && (
            <rect
              data-cursor=""
              className={css["spread-cursor"]}
              x={frame.x(at) - 1}
              width={Math.max(3, each + 2)}
              y={top}
              height={PLOT}
            />
          )}
          <g className={css["spread-words"]}>
            <SpreadBands {...{ bands: spread.bands, steps, frame, format }} />
          </g>
          <SpreadBars {...{ steps, frame, showAnyway: spread.state !== "not-yet-run" }} />
          <line className="plot-axis" x1={LEFT} x2={right} y1={floor} y2={floor} />
          <g className={css["spread-words"]}>
            {[0, end / 2, end].map((count) => (
              <text key={count} x={LEFT - 6} y={frame.y(count) + 4} textAnchor="end">
                {format.count(count)}
              </text>
            ))}
            {steps.map((one, n) =>
              n % every === 0 && frame.x(n) < right - TICK_ROOM[spread.step] / 2.2 ? (
                <text key={one.at} x={frame.x(n)} y={floor + 15}>
                  {tickName(one.at, spread.step, format.locale)}
                </text>
              ) : null,
            )}
          </g>
        </svg>
      )}
    </figure>
  );
});
