// The shop's test as a picture: how many purchases followed a friend's, shuffled again and again, and really.

import { useShop } from "../bridge/shop";
import { histogramOf } from "./bins";
import { say } from "../words/say";
import css from "./influence.module.css";

const WIDTH = 300;
const HEIGHT = 168;
const LEFT = 34;
const RIGHT = 14;
const TOP = 26;
const BOTTOM = 40;
const FLOOR = HEIGHT - BOTTOM;

interface Props {
  observed: number;
  permuted: readonly number[];
}

export function GatePlot({ observed, permuted }: Props) {
  const { format } = useShop();
  const { from, to, bins, highest } = histogramOf(permuted, observed);
  const across = (value: number) => LEFT + ((value - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const up = (count: number) => FLOOR - (count / Math.max(1, highest)) * (FLOOR - TOP);
  const real = across(observed + 0.5);
  const reached = permuted.filter((count) => count >= observed).length;
  const least = format.count(Math.min(...permuted));
  const most = format.count(Math.max(...permuted));
  const told = say("overview.plot.picture", {
    shuffles: format.count(permuted.length),
    least,
    most,
    observed: format.count(observed),
    reached: format.count(reached),
  });
  return (
    <figure className={css.plot}>
      <svg role="img" aria-label={told} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
        {bins.map((bin) => (
          <rect
            key={bin.from}
            className={css["plot-bar"]}
            x={across(bin.from) + 0.5}
            width={Math.max(1, across(bin.to) - across(bin.from) - 1)}
            y={up(bin.count)}
            height={FLOOR - up(bin.count)}
          />
        ))}
        <line className="plot-axis" x1={LEFT} x2={WIDTH - RIGHT} y1={FLOOR} y2={FLOOR} />
        <line className={css["plot-real"]} x1={real} x2={real} y1={TOP - 8} y2={FLOOR} />
        <g className={css["plot-words"]}>
          <text className={css["plot-strong"]} x={real} y={TOP - 13} textAnchor={anchorAt(real)}>
            {say("overview.plot.observed", { count: format.count(observed) })}
          </text>
          <text x={LEFT - 6} y={TOP + 4} textAnchor="end">
            {format.count(highest)}
          </text>
          <text x={LEFT - 6} y={FLOOR} textAnchor="end">
            0
          </text>
          <text x={LEFT} y={FLOOR + 15}>
            {format.count(from)}
          </text>
          <text x={WIDTH - RIGHT} y={FLOOR + 15} textAnchor="end">
            {format.count(to - 1)}
          </text>
          <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
            {say("overview.plot.across")}
          </text>
          <text transform={`translate(9 ${(TOP + FLOOR) / 2}) rotate(-90)`} textAnchor="middle">
            {say("overview.plot.up")}
          </text>
        </g>
      </svg>
    </figure>
  );
}

/** Text near an edge grows away from it. */
function anchorAt(x: number): "start" | "middle" | "end" {
  if (x > WIDTH - 60) return "end";
  return x < LEFT + 40 ? "start" : "middle";
}
