// The shop's webhook: where it is, its secret, a test, and how deliveries go.

import { useState } from "react";

import { type ShopWebhook, useDropWebhook, useRenewSecret, useTryWebhook } from "../api/handOff";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Confirm } from "../parts/Confirm";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Deliveries } from "./Deliveries";
import { Tried } from "./Tried";
import { WebhookForm } from "./WebhookForm";

interface Props {
  webhook: ShopWebhook | null;
  mayChange: boolean;
}

export function WebhookCard({ webhook, mayChange }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const dropping = useDropWebhook();
  const renewing = useRenewSecret();
  const trying = useTryWebhook();
  const renew = () => {
    renewing.mutate(undefined, {
      onSuccess: (made) => {
        setSecret(made.secret);
      },
    });
  };
  return (
    <Card title="Hand perks off to your own tools">
      <Muted>
        The tool that sends your messages is told who was given what. Events are signed as Standard
        Webhooks, and sent until your tool answers with a status of success, for three days.
      </Muted>
      <WebhookForm webhook={webhook} mayChange={mayChange} onSecret={setSecret} />
      {secret !== null && (
        <Notice tone="warning" title="Keep this secret: it is shown only now">
          Your tool verifies the signature of each event with it.
        </Notice>
      )}
      {secret !== null && <CopyField label="Secret of the webhook" text={secret} />}
      {webhook !== null && <Deliveries counts={webhook.counts} sent="Taken" />}
      {webhook !== null && mayChange && (
        <div className="line line-wrap">
          <Button
            size="small"
            variant="secondary"
            disabled={trying.isPending}
            onClick={() => {
              trying.mutate();
            }}
          >
            {trying.isPending ? "Sending" : "Send a test"}
          </Button>
          <Confirm
            label="New secret"
            question="Sign with a new secret from now on? The old one no longer counts."
            yes="New secret"
            busy={renewing.isPending}
            onYes={renew}
          />
          <Confirm
            label="Switch off"
            question="Send no more events, and drop those that wait?"
            yes="Switch off"
            busy={dropping.isPending}
            onYes={() => {
              setSecret(null);
              dropping.mutate();
            }}
          />
        </div>
      )}
      <Tried answer={trying.data} />
      {[dropping, renewing, trying].map(
        ({ error }, place) => error !== null && <TroubleNotice key={place} trouble={error} />,
      )}
    </Card>
  );
}
