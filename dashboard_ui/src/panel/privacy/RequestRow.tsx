// A request with its clock: open ones can be said to be done by hand, those that are done say by whom.

import { useState } from "react";

import { type RightsRequest, useFinishRequest } from "../api/rights";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { byWhom, clockOf, isOpen, requestName } from "./requests";
import { say } from "../words/say";

interface Props {
  request: RightsRequest;
  person: Person | undefined;
  staff: (id: string) => string;
}

function Finish({ id }: { id: number }) {
  const [note, setNote] = useState("");
  const finishing = useFinishRequest(id);
  return (
    <>
      <TextField label={say("privacy.request.how")} value={note} onWrite={setNote} />
      <div className="line">
        <Confirm
          label={say("privacy.request.finish")}
          question={say("privacy.request.finish.sure")}
          yes={say("privacy.request.finish.yes")}
          busy={finishing.isPending}
          onYes={() => {
            finishing.mutate(note.trim());
          }}
        />
      </div>
      {finishing.isError && <TroubleNotice trouble={finishing.error} />}
    </>
  );
}

function Whose({ request, person }: Pick<Props, "request" | "person">) {
  const { customer_id: id } = request;
  if (id === null) return <Muted as="span">{say("privacy.request.erased")}</Muted>;
  return <CustomerLink customerId={id} person={person} brief />;
}

export function RequestRow({ request, person, staff }: Props) {
  const { format } = useShop();
  const clock = clockOf(request.days_left);
  const received = {
    day: format.day(request.received_at),
    whom: byWhom(request.received_by, staff),
  };
  return (
    <li className="row">
      <div className="contest">
        <div className="topic-head">
          <strong>{requestName(request.kind)}</strong>
          <Whose request={request} person={person} />
          {clock && <Chip tone={clock.tone}>{clock.text}</Chip>}
        </div>
        <Muted>
          {request.done_at === null
            ? say("privacy.request.open", { ...received, due: format.day(request.due_at) })
            : say("privacy.request.done", {
                ...received,
                done: format.day(request.done_at),
                doer: byWhom(request.done_by ?? "", staff),
              })}
        </Muted>
        {request.note && <p className="said">{request.note}</p>}
        {isOpen(request) && <Finish id={request.id} />}
      </div>
    </li>
  );
}
