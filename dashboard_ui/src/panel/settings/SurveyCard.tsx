// The shop's own attribution survey: which channels customers say brought them, and the money of their orders.

import { type Survey, useSurvey } from "../api/survey";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

function Channels({ found }: { found: Survey }) {
  const { format } = useShop();
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("settings.told.by")}</th>
            <th scope="col" className="cell-number">
              {say("settings.told.orders")}
            </th>
            <th scope="col" className="cell-number">
              {say("settings.told.paid")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.channels.map(({ channel, responses, paid }) => (
            <tr key={channel}>
              <th scope="row">{say(`settings.told.by.${channel}`)}</th>
              <td className="figure cell-number">{format.count(responses)}</td>
              <td className="figure cell-number">
                {paid.length === 0 ? "–" : paid.map((money) => format.money(money)).join(" · ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function SurveyCard() {
  const { format } = useShop();
  return (
    <Card title={say("settings.told")}>
      <Answered question={useSurvey()} loading={say("settings.told.loading")} lines={4}>
        {(found) =>
          found.responses === 0 ? (
            <Empty title={say(found.is_on ? "settings.told.none" : "settings.told.off")}>
              {say(found.is_on ? "settings.told.none.how" : "settings.told.off.how")}
            </Empty>
          ) : (
            <div className="stack">
              <Channels found={found} />
              <Muted>
                {say("settings.told.sum", {
                  days: format.count(found.days),
                  count: found.responses,
                  named: found.named,
                  agreed: found.agreed,
                })}
              </Muted>
            </div>
          )
        }
      </Answered>
    </Card>
  );
}
