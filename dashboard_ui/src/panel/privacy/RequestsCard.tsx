// The register of what people asked about their data: the overdue first, and the log of who did what.

import { useState } from "react";

import { usePeople } from "../api/questions";
import { useRightsRequests } from "../api/rights";
import { useOwnId } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Choice } from "../parts/Choice";
import { isGuest } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { NoteRequest } from "./NoteRequest";
import { RequestRow } from "./RequestRow";
import { say } from "../words/say";

const SHOWN = 10;
const WHICH = ["open", "all"] as const;

export function RequestsCard() {
  const [which, setWhich] = useState<"open" | "all">("open");
  const [page, turn] = usePage(SHOWN, which);
  const question = useRightsRequests(which === "open", page);
  const rows = question.data?.requests ?? [];
  const own = useOwnId();
  const accounts = rows.map((one) => one.customer_id).filter((id) => id !== null && !isGuest(id));
  const people = usePeople([...new Set(accounts)] as string[]).data;
  const staff = (id: string) =>
    id === own ? say("privacy.by.you") : say("privacy.by.staff", { id });
  const late = question.data?.overdue ?? 0;
  return (
    <Card
      title={say("privacy.requests")}
      action={
        late > 0 && <Chip tone="critical">{say("privacy.requests.overdue", { count: late })}</Chip>
      }
    >
      <Muted>{say("privacy.requests.what")}</Muted>
      <div className="choices">
        <Choice
          label={say("privacy.requests.which")}
          options={WHICH.map((one) => [one, say(`privacy.requests.${one}`)])}
          value={which}
          onChoose={setWhich}
        />
      </div>
      <Answered question={question} loading={say("privacy.requests.loading")} lines={3}>
        {(found) =>
          found.requests.length === 0 ? (
            <Empty
              title={say(which === "open" ? "privacy.requests.none.open" : "privacy.requests.none")}
            />
          ) : (
            <>
              <ul className="rows">
                {found.requests.map((request) => (
                  <RequestRow
                    key={request.id}
                    request={request}
                    person={people?.get(request.customer_id ?? "")}
                    staff={staff}
                  />
                ))}
              </ul>
              <Paging
                page={page}
                total={found.total}
                of={say("privacy.requests.of")}
                onTurn={turn}
              />
            </>
          )
        }
      </Answered>
      <NoteRequest />
    </Card>
  );
}
