// What a trial can show: how many exposures prove which effect, and how surely these do.

import type { Trial } from "../api/trials";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Scrolled } from "../parts/Scrolled";
import { say } from "../words/say";

export function Power({ trial }: { trial: Trial }) {
  const { format } = useShop();
  const needs = trial.needs ?? [];
  if (needs.length === 0) return null;
  return (
    <div className="stack-small">
      <Scrolled label={say("trials.power")} className="table-room">
        <table className="table table-counts">
          <thead>
            <tr>
              <th scope="col">{say("trials.power.effect")}</th>
              <th scope="col" className="cell-number">
                {say("trials.power.once")}
              </th>
              <th scope="col" className="cell-number">
                {say("trials.power.any")}
              </th>
              <th scope="col" className="cell-number">
                {say("trials.power.here")}
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
      <Muted>{say("trials.power.note", { share: format.percent(trial.base_share) })}</Muted>
      <Muted>{say("trials.letter")}</Muted>
    </div>
  );
}
