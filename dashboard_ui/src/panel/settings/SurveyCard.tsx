// The shop's own attribution survey: which channels customers say brought them, and the money of their orders.

import { type Survey, useSurvey } from "../api/survey";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";

const CHANNELS: Record<Survey["channels"][number]["channel"], string> = {
  friend: "A friend",
  advert: "An advert",
  search: "A search",
  social: "Social media",
  other: "Something else",
  nobody: "Nobody",
};

function Channels({ found }: { found: Survey }) {
  const { format } = useShop();
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Told by</th>
            <th scope="col" className="cell-number">
              Orders
            </th>
            <th scope="col" className="cell-number">
              Paid
            </th>
          </tr>
        </thead>
        <tbody>
          {found.channels.map(({ channel, responses, paid }) => (
            <tr key={channel}>
              <th scope="row">{CHANNELS[channel]}</th>
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
    <Card title="Who told customers of the shop">
      <Answered question={useSurvey()} loading="Loading what customers said" lines={4}>
        {(found) =>
          found.responses === 0 ? (
            <Empty title={found.is_on ? "No response yet" : "The survey is off"}>
              {found.is_on
                ? "New orders get a link to the question. Show it on your thank-you page."
                : "Switch it on under “Post-purchase survey”, and show the question on your thank-you page."}
            </Empty>
          ) : (
            <div className="stack">
              <Channels found={found} />
              <Muted>
                Of the last {format.count(found.days)} days: {format.count(found.responses)}{" "}
                {found.responses === 1 ? "response" : "responses"}. {format.count(found.named)} name
                a customer of yours, of whom {format.count(found.agreed)} agreed to be shown.
              </Muted>
            </div>
          )
        }
      </Answered>
    </Card>
  );
}
