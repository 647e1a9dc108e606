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
import { say } from "../words/say";

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
    <Card title={say("handoff.webhook")}>
      <Muted>{say("handoff.webhook.what")}</Muted>
      <WebhookForm webhook={webhook} mayChange={mayChange} onSecret={setSecret} />
      {secret !== null && (
        <Notice tone="warning" title={say("handoff.webhook.secret.once")}>
          {say("handoff.webhook.secret.what")}
        </Notice>
      )}
      {secret !== null && <CopyField label={say("handoff.webhook.secret")} text={secret} />}
      {webhook !== null && <Deliveries counts={webhook.counts} sent={say("handoff.taken")} />}
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
            {say(trying.isPending ? "handoff.sending" : "handoff.webhook.test")}
          </Button>
          <Confirm
            label={say("handoff.webhook.renew")}
            question={say("handoff.webhook.renew.sure")}
            yes={say("handoff.webhook.renew")}
            busy={renewing.isPending}
            onYes={renew}
          />
          <Confirm
            label={say("handoff.webhook.off")}
            question={say("handoff.webhook.off.sure")}
            yes={say("handoff.webhook.off")}
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
