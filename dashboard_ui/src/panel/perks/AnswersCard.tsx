// Where a beta's invitations stand, and what members and regular customers answered, side by side.

import { type BetaAnswers } from "../api/perks";
import { useBetaAnswers, useBetaAnswersAsCsv } from "../api/perkUses";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { download } from "../parts/download";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { AnswersTable } from "./AnswersTable";
import { invitationWords } from "./grants";
import { say } from "../words/say";

const STATES = ["accepted", "invited", "waiting", "declined", "expired", "no_seat"] as const;

function Told({ found }: { found: BetaAnswers }) {
  const { format } = useShop();
  const facts = STATES.map((state) => ({
    label: invitationWords(state).label,
    value: format.count(found.states[state] ?? 0),
  }));
  return (
    <>
      <Facts
        facts={[{ label: say("perks.answers.seats"), value: format.count(found.seats) }, ...facts]}
      />
      {(found.groups[0]?.questions ?? []).map(({ number }, at) => (
        <AnswersTable key={number} groups={found.groups} at={at} />
      ))}
      {found.remarks.map(({ number, text, remarks }) => (
        <section key={number} aria-label={text}>
          <p className="muted">{text}</p>
          {remarks === null ? (
            <p>{say("perks.answers.few")}</p>
          ) : (
            <ul className="rows">
              {remarks.map((remark, at) => (
                <li key={at} className="row">
                  {remark}
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </>
  );
}

export function AnswersCard({ id }: { id: number }) {
  const csv = useBetaAnswersAsCsv(id);
  const save = () => {
    csv.mutate(undefined, {
      onSuccess: (text) => {
        download("answers.csv", text, "text/csv");
      },
    });
  };
  return (
    <Card title={say("perks.answers")} wide>
      <Answered question={useBetaAnswers(id)} loading={say("perks.answers.loading")} lines={6}>
        {(found) => <Told found={found} />}
      </Answered>
      <Muted>{say("perks.answers.note")}</Muted>
      <div className="line">
        <Button variant="secondary" disabled={csv.isPending} onClick={save}>
          {say("perks.answers.download")}
        </Button>
      </div>
      {csv.isError && <TroubleNotice trouble={csv.error} />}
    </Card>
  );
}
