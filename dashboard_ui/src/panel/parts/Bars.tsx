// A few numbers in their order, as bars; the numbers themselves are said beside it.

import css from "./parts.module.css";

interface Props {
  label: string;
  values: readonly number[];
  height?: number;
}

const STEP = 10;
const GAP = 3;

/** The heights of the bars, the largest as high as there is room; something is never nothing. */
export function heightsOf(values: readonly number[], room: number): number[] {
  const most = Math.max(1, ...values);
  return values.map((value) => (value <= 0 ? 0 : Math.max(1, Math.round((value / most) * room))));
}

export function Bars({ label, values, height = 24 }: Props) {
  if (values.length === 0) return null;
  const width = values.length * STEP;
  return (
    <svg
      className={css.bars}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      <line className="plot-axis" x1="0" y1={height - 0.5} x2={width} y2={height - 0.5} />
      {heightsOf(values, height - 1).map((tall, at) => (
        <rect
          key={at}
          className={at === values.length - 1 ? `${css.bar} ${css["bar-last"]}` : css.bar}
          x={at * STEP}
          y={height - 1 - tall}
          width={STEP - GAP}
          height={tall}
        />
      ))}
    </svg>
  );
}
