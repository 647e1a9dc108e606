// A value inside its 90 % interval, drawn to scale from zero.

import css from "./parts.module.css";

interface Props {
  low: number;
  value: number;
  high: number;
  label: string;
}

const WIDTH = 300;

/** Where each of the three stands on a line of WIDTH that ends a little after the upper bound. */
export function placesOn(low: number, value: number, high: number): [number, number, number] {
  const end = Math.max(high, value, 0) * 1.08;
  if (!(end > 0)) return [0, 0, 0];
  const place = (amount: number) => Math.round((Math.max(0, amount) / end) * WIDTH);
  return [place(low), place(value), place(high)];
}

export function Interval({ low, value, high, label }: Props) {
  const [from, at, to] = placesOn(low, value, high);
  return (
    <svg className="interval" role="img" aria-label={label} viewBox={`0 0 ${WIDTH} 12`}>
      <rect className={css["interval-track"]} x="0" y="4" width={WIDTH} height="4" rx="2" />
      <rect
        className={css["interval-range"]}
        x={from}
        y="4"
        width={Math.max(2, to - from)}
        height="4"
        rx="2"
      />
      <circle
        className={css["interval-value"]}
        cx={Math.min(WIDTH - 5, Math.max(5, at))}
        cy="6"
        r="4.5"
      />
    </svg>
  );
}
