// A request that came by letter, telephone or mail is put into the register, so that its month runs.

import { type SyntheticEvent, useState } from "react";

import { type RequestKind, useNoteRequest } from "../api/rights";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Section } from "../parts/Section";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { REQUESTS } from "./requests";
import { say } from "../words/say";

export function NoteRequest() {
  const [customer, setCustomer] = useState("");
  const [kind, setKind] = useState<RequestKind>("access");
  const [received, setReceived] = useState("");
  const [note, setNote] = useState("");
  const noting = useNoteRequest(() => {
    setCustomer("");
    setReceived("");
    setNote("");
  });
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    const when = received.trim();
    noting.mutate({
      customer: customer.trim(),
      kind,
      note: note.trim(),
      ...(when && { received: when }),
    });
  };
  return (
    <Section title={say("privacy.note")}>
      <form className="stack-small" onSubmit={send}>
        <div className="choices">
          <TextField
            label={say("privacy.note.from")}
            note={say("privacy.note.from.note")}
            value={customer}
            onWrite={setCustomer}
          />
          <Choice
            label={say("privacy.note.what")}
            options={REQUESTS.map(([one, label]) => [one, say(label)])}
            value={kind}
            onChoose={setKind}
          />
          <TextField
            label={say("privacy.note.received")}
            note={say("privacy.note.received.note")}
            placeholder="2026-01-31"
            value={received}
            onWrite={setReceived}
          />
          <TextField label={say("privacy.note.text")} value={note} onWrite={setNote} />
        </div>
        <div className="line">
          <Button
            size="small"
            variant="secondary"
            type="submit"
            disabled={customer.trim() === "" || noting.isPending}
          >
            {say("privacy.note.yes")}
          </Button>
          <span role="status" className="muted">
            {noting.isSuccess && say("privacy.note.done")}
          </span>
        </div>
        {noting.isError && <TroubleNotice trouble={noting.error} />}
      </form>
    </Section>
  );
}
