// Mail to customers by the shop's own server: the server, a test, and how it goes.

import { useState } from "react";

import { type ShopMailServer, useDropMail, useTryMail } from "../api/handOff";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Confirm } from "../parts/Confirm";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Deliveries } from "./Deliveries";
import { MailForm } from "./MailForm";
import { Tried } from "./Tried";
import { say } from "../words/say";

interface Props {
  mail: ShopMailServer | null;
  canBeSet: boolean;
  mayChange: boolean;
}

export function MailCard({ mail, canBeSet, mayChange }: Props) {
  const [to, setTo] = useState("");
  const trying = useTryMail();
  const dropping = useDropMail();
  return (
    <Card title={say("handoff.mail")}>
      <Muted>{say("handoff.mail.what")}</Muted>
      {!canBeSet && (
        <Notice tone="warning" title={say("handoff.mail.not")}>
          {say("handoff.mail.not.why")}
        </Notice>
      )}
      <MailForm mail={mail} mayChange={mayChange && canBeSet} />
      {mail !== null && <Deliveries counts={mail.counts} sent={say("handoff.sent")} />}
      {mail !== null && <Muted>{say("handoff.mail.stopped", { count: mail.stopped })}</Muted>}
      {mail !== null && mayChange && (
        <>
          <TextField
            label={say("handoff.mail.test.to")}
            value={to}
            note={say("handoff.mail.test.note")}
            onWrite={setTo}
          />
          <div className="line line-wrap">
            <Button
              size="small"
              variant="secondary"
              disabled={trying.isPending || !to.includes("@")}
              onClick={() => {
                trying.mutate(to.trim());
              }}
            >
              {say(trying.isPending ? "handoff.sending" : "handoff.mail.test")}
            </Button>
            <Confirm
              label={say("handoff.mail.off")}
              question={say("handoff.mail.off.sure")}
              yes={say("handoff.mail.off.yes")}
              busy={dropping.isPending}
              onYes={() => {
                dropping.mutate();
              }}
            />
          </div>
        </>
      )}
      <Tried answer={trying.data} />
      {[dropping, trying].map(
        ({ error }, place) => error !== null && <TroubleNotice key={place} trouble={error} />,
      )}
    </Card>
  );
}
