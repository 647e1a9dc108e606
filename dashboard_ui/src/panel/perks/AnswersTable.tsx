// What members and regular customers answered to a question, side by side.

import type { BetaAnswers } from "../api/perks";
import { useShop } from "../bridge/shop";
import { Facts } from "../parts/Facts";
import { Scrolled } from "../parts/Scrolled";
import { say } from "../words/say";

type Group = BetaAnswers["groups"][number];
type Counts = Group["questions"][number];

function Cell({ counts, option }: { counts: Counts | undefined; option: string }) {
  const { format } = useShop();
  const found = counts?.options.find((one) => one.option === option);
  if (!found) return <td className="cell-number">–</td>;
  const { count, share, low, high } = found;
  return (
    <td className="figure cell-number">
      {format.percent(share)} ({format.count(count)})
      <span className="muted cell-note">
        {say("perks.answers.interval", { low: format.percent(low), high: format.percent(high) })}
      </span>
    </td>
  );
}

export function AnswersTable({ groups, at }: { groups: readonly Group[]; at: number }) {
  const all = groups.map(({ questions }) => questions[at]);
  const text = all[0]?.text ?? "";
  const options = all.find((one) => one?.answered)?.options ?? [];
  if (options.length === 0)
    return <Facts facts={[{ label: text, value: say("perks.answers.few") }]} />;
  return (
    <Scrolled label={text} className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{text}</th>
            {groups.map(({ group }) => (
              <th key={group} scope="col" className="cell-number">
                {say(`perks.answers.${group}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {options.map(({ option }) => (
            <tr key={option}>
              <th scope="row">{option}</th>
              {groups.map(({ group }, column) => (
                <Cell key={group} counts={all[column]} option={option} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}
