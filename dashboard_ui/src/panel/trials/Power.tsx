// What a trial can show: how many exposures prove which effect, and how surely these do.

import type { Trial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Scrolled } from "../parts/Scrolled";
import { THE_LETTER } from "./words";

export function Power({ trial }: { trial: Trial }) {
  const { format } = useShop();
  const needs = trial.needs ?? [];
  if (needs.length === 0) return null;
  return (
    <div className="stack-small">
      <Scrolled label="What this trial can show" className="table-room">
        <table className="table table-counts">
          <thead>
            <tr>
              <th scope="col">Of those told, so many more buy</th>
              <th scope="col" className="cell-number">
                Exposures a side for one look
              </th>
              <th scope="col" className="cell-number">
                Looked at any time
              </th>
              <th scope="col" className="cell-number">
                This trial proves it in
              </th>
            </tr>
          </thead>
          <tbody>
            {needs.map((one) => (
              <tr key={one.effect}>
                <th scope="row">{format.percent(one.effect)}</th>
                <td className="cell-number">{format.count(one.at_once)}</td>
                <td className="cell-number">{format.count(one.any_time)}</td>
                <td className="cell-number">{format.percent(one.power)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
      <Muted>
        An exposure is one contact and one thing. So many a side find the effect four times in five.
        Without a letter {format.percent(trial.base_share)} buy a thing in such a time.
      </Muted>
      <Muted>{THE_LETTER}</Muted>
    </div>
  );
}
