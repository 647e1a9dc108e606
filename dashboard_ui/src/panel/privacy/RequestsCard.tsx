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

const SHOWN = 10;
const WHICH = [
  ["open", "Open"],
  ["all", "All, with who did what"],
] as const;

export function RequestsCard() {
  const [which, setWhich] = useState<"open" | "all">("open");
  const [page, turn] = usePage(SHOWN, which);
  const question = useRightsRequests(which === "open", page);
  const rows = question.data?.requests ?? [];
  const own = useOwnId();
  const accounts = rows.map((one) => one.customer_id).filter((id) => id !== null && !isGuest(id));
  const people = usePeople([...new Set(accounts)] as string[]).data;
  const staff = (id: string) => (id === own ? "you" : `staff member ${id}`);
  const late = question.data?.overdue ?? 0;
  return (
    <Card
      title="Requests about data"
      action={late > 0 && <Chip tone="critical">{late} overdue</Chip>}
    >
      <Muted>
        Each must be answered within one month of the day it came (Art. 12 GDPR). What customers do
        on their own page is noted here as done.
      </Muted>
      <div className="choices">
        <Choice label="Requests" options={WHICH} value={which} onChoose={setWhich} />
      </div>
      <Answered question={question} loading="Loading the requests" lines={3}>
        {(found) =>
          found.requests.length === 0 ? (
            <Empty title={which === "open" ? "No request is open" : "No request yet"} />
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
              <Paging page={page} total={found.total} of="requests" onTurn={turn} />
            </>
          )
        }
      </Answered>
      <NoteRequest />
    </Card>
  );
}
