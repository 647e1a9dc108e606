// Inside of the picture of purchases: times below list price, and below the axis the list prices.

import type { Band, Step } from "../api/products";
import type { Format } from "../format/format";
import type { Frame } from "./SpreadBars";
import { covered } from "./steps";
import css from "./spread.module.css";

interface BandsProps {
  bands: readonly Band[];
  steps: readonly Step[];
  frame: Frame;
  format: Format;
}

const LETTER = 6.5;
const SHARE_ROOM = 36;

export function SpreadBands({ bands, steps, frame: { x, top, floor }, format }: BandsProps) {
  return (
    <>
      {bands.map((band) => {
        const [from, to] = covered(band, steps);
        if (from >= to) return null;
        const key = `${band.kind} ${band.start}`;
        if (band.price !== null) {
          const words = format.money(band.price);
          const fits = x(to) - x(from) >= words.length * LETTER;
          return (
            <g key={key}>
              <line
                className={css["spread-price"]}
                x1={x(from)}
                x2={x(to)}
                y1={floor + 24}
                y2={floor + 24}
              />
              <line
                className={css["spread-price"]}
                x1={x(from)}
                x2={x(from)}
                y1={floor + 20}
                y2={floor + 28}
              />
              {fits && (
                <text x={x(from) + 2} y={floor + 38}>
                  {words}
                </text>
              )}
            </g>
          );
        }
        const room = x(to) - x(from);
        return (
          <g key={key}>
            <rect
              className={`${css["spread-sale"]} ${css[`spread-${band.kind}`]}`}
              x={x(from)}
              width={room}
              y={top}
              height={floor - top}
            />
            {room >= SHARE_ROOM && (
              <text x={(x(from) + x(to)) / 2} y={top + 12} textAnchor="middle">
                {`−${format.percent(band.off ?? 0)}`}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}
