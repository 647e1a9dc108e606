// Figures over time as lines, each with its interval where there is one; the same as a table on opening.

import { AxisBottom, AxisLeft } from "@visx/axis";
import { scaleLinear, scaleTime } from "@visx/scale";
import { Area, LinePath } from "@visx/shape";
import { useRef } from "react";

import { useShop } from "../bridge/shop";
import css from "./LineChart.module.css";
import { extentOf, type Line } from "./lines";
import { LinesTable } from "./LinesTable";
import { useWidth } from "./useWidth";

interface Props {
  /** What is drawn, in a sentence, for who does not see it. */
  label: string;
  lines: readonly Line[];
  /** How a value is written on the axis and in the table. */
  write: (value: number) => string;
  height?: number;
}

const MARGIN = { top: 8, right: 16, bottom: 28, left: 64 };
const A_TICK = 96;
const A_LINE = 44;

function Legend({ lines }: { lines: readonly Line[] }) {
  if (lines.length < 2) return null;
  return (
    <ul className={css.legend} aria-hidden>
      {lines.map((line, at) => (
        <li key={line.name} data-line={at}>
          {line.name}
        </li>
      ))}
    </ul>
  );
}

function Drawn({ label, lines, write, height = 220, width }: Props & { width: number }) {
  const { format } = useShop();
  const { days, values } = extentOf(lines);
  const x = scaleTime({ domain: days, range: [MARGIN.left, width - MARGIN.right] });
  const floor = height - MARGIN.bottom;
  const y = scaleLinear({ domain: values, range: [floor, MARGIN.top], nice: true });
  const ticks = Math.max(2, Math.floor((width - MARGIN.left) / A_TICK));
  const short = new Intl.DateTimeFormat(format.locale, { day: "numeric", month: "short" });
  return (
    <svg role="img" aria-label={label} width={width} height={height} className={css.picture}>
      {lines.map((line, at) => (
        <g key={line.name} data-line={at}>
          <Area
            data={line.points.filter((one) => one.low !== undefined && one.high !== undefined)}
            className={css.interval ?? ""}
            x={(one) => x(new Date(one.at))}
            y0={(one) => y(one.low ?? one.value)}
            y1={(one) => y(one.high ?? one.value)}
          />
          <LinePath
            data={[...line.points]}
            className={css.line ?? ""}
            x={(one) => x(new Date(one.at))}
            y={(one) => y(one.value)}
          />
          {line.points.length === 1 && line.points[0] && (
            <circle
              className={css.point}
              cx={x(new Date(line.points[0].at))}
              cy={y(line.points[0].value)}
              r={3}
            />
          )}
        </g>
      ))}
      <g className={css.axis}>
        <AxisLeft
          left={MARGIN.left}
          scale={y}
          numTicks={Math.max(2, Math.floor(height / A_LINE))}
          tickFormat={(value) => write(Number(value))}
          hideTicks
        />
        <AxisBottom
          top={floor}
          scale={x}
          numTicks={ticks}
          tickFormat={(value) => short.format(new Date(Number(value)))}
        />
      </g>
    </svg>
  );
}

/** Nothing where no line has a point: whoever draws it says what is missing. */
export function LineChart(props: Props) {
  const room = useRef<HTMLElement>(null);
  const width = useWidth(room);
  return (
    <figure ref={room} className={css.chart}>
      <Legend lines={props.lines} />
      {width > 0 && <Drawn {...props} width={width} />}
      <LinesTable {...props} />
    </figure>
  );
}
