// Inside of the picture of purchases: the bars, and what would have sold anyway.

import type { Step } from "../api/products";
import css from "./spread.module.css";

/** Where things are in the picture: steps from left to right, counts from the floor up. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  floor: number;
  x: (at: number) => number;
  y: (count: number) => number;
}

interface BarsProps {
  steps: readonly Step[];
  frame: Frame;
  /** Not before something was calculated. */
  showAnyway: boolean;
}

export function SpreadBars({ steps, frame: { x, y, floor }, showAnyway }: BarsProps) {
  const room = x(1) - x(0);
  const gap = room > 6 ? 1.5 : room > 3 ? 0.5 : 0;
  const width = Math.max(0.8, room - 2 * gap);
  const shown = steps.map((step, at) => ({ step, at })).filter(({ step }) => step.purchases > 0);
  return (
    <>
      {shown.map(({ step, at }) => (
        <g key={step.at}>
          <rect
            className={css["spread-untied"]}
            x={x(at) + gap}
            width={width}
            y={y(step.purchases - step.tied)}
            height={floor - y(step.purchases - step.tied)}
          />
          <rect
            className={css["spread-tied"]}
            x={x(at) + gap}
            width={width}
            y={y(step.purchases)}
            height={y(step.purchases - step.tied) - y(step.purchases)}
          />
          {showAnyway &&
            ["spread-halo", "spread-anyway"].map((name) => (
              <path
                key={name}
                className={name}
                d={`M${x(at)},${y(step.anyway)} H${x(at + 1)} M${x(at + 0.5)},${y(step.anyway_low)} V${y(step.anyway_high)}`}
              />
            ))}
        </g>
      ))}
    </>
  );
}
