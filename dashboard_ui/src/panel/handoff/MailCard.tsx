// Mail to customers by the shop's own server: the server, a test, and how it goes.

import { useState } from "react";

import { type ShopMailServer, useDropMail, useTryMail } from "../api/handOff";
import { useShop } from "../bridge/shop";
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

interface Props {
  mail: ShopMailServer | null;
  canBeSet: boolean;
  mayChange: boolean;
}

export function MailCard({ mail, canBeSet, mayChange }: Props) {
  const { format } = useShop();
  const [to, setTo] = useState("");
  const trying = useTryMail();
  const dropping = useDropMail();
  return (
    <Card title="Write to customers yourself">
      <Muted>
        A short e-mail in the customer&apos;s language says what they were given. Only customers who
        agreed to perks are written to, and each mail has a link that stops them for good.
      </Muted>
      {!canBeSet && (
        <Notice tone="warning" title="Not possible yet">
          The operator must set APP_IFRAME_BASE_URL first: the link in each mail leads there.
        </Notice>
      )}
      <MailForm mail={mail} mayChange={mayChange && canBeSet} />
      {mail !== null && <Deliveries counts={mail.counts} sent="Sent" />}
      {mail !== null && (
        <Muted>{format.count(mail.stopped)} customers have stopped these e-mails.</Muted>
      )}
      {mail !== null && mayChange && (
        <>
          <TextField label="Send a test to" value={to} note="Not kept" onWrite={setTo} />
          <div className="line line-wrap">
            <Button
              size="small"
              variant="secondary"
              disabled={trying.isPending || !to.includes("@")}
              onClick={() => {
                trying.mutate(to.trim());
              }}
            >
              {trying.isPending ? "Sending" : "Send a test e-mail"}
            </Button>
            <Confirm
              label="Switch off e-mails"
              question="Write to nobody, and drop the e-mails that wait?"
              yes="Switch off"
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
