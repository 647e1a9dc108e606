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
      <TextField label="How it was answered" value={note} onWrite={setNote} />
      <div className="line">
        <Confirm
          label="Mark as done"
          question="Was it answered?"
          yes="Yes, done"
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
  if (id === null) return <Muted as="span">somebody who was erased</Muted>;
  return <CustomerLink customerId={id} person={person} brief />;
}

export function RequestRow({ request, person, staff }: Props) {
  const { format } = useShop();
  const clock = clockOf(request.days_left);
  return (
    <li className="row">
      <div className="contest">
        <div className="topic-head">
          <strong>{requestName(request.kind)}</strong>
          <Whose request={request} person={person} />
          {clock && <Chip tone={clock.tone}>{clock.text}</Chip>}
        </div>
        <Muted>
          Received on {format.day(request.received_at)} by {byWhom(request.received_by, staff)}
          {request.done_at === null
            ? `, to be answered by ${format.day(request.due_at)}.`
            : `, done on ${format.day(request.done_at)} by ${byWhom(request.done_by ?? "", staff)}.`}
        </Muted>
        {request.note && <p className="said">{request.note}</p>}
        {isOpen(request) && <Finish id={request.id} />}
      </div>
    </li>
  );
}
