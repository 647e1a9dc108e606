// Where events are sent, and which.

import { type SyntheticEvent, useState } from "react";

import { type HandOffEvent, type ShopWebhook, useSetWebhook } from "../api/handOff";
import { Button } from "../parts/Button";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

const EVENTS: readonly HandOffEvent[] = [
  "grant.created",
  "grant.taken_back",
  "segment.entered",
  "segment.left",
  "letter.drawn",
];

interface Props {
  webhook: ShopWebhook | null;
  mayChange: boolean;
  onSecret: (secret: string) => void;
}

export function WebhookForm({ webhook, mayChange, onSecret }: Props) {
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<readonly HandOffEvent[]>(
    webhook?.events ?? ["grant.created", "grant.taken_back"],
  );
  const setting = useSetWebhook();
  const ready = url.trim() !== "" && events.length > 0 && !setting.isPending;
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready) return;
    setting.mutate(
      { url: url.trim(), events: [...events] },
      {
        onSuccess: ({ secret }) => {
          if (secret !== null) onSecret(secret);
        },
      },
    );
  };
  return (
    <form className="stack" noValidate onSubmit={save}>
      <fieldset className="group group-first" disabled={!mayChange}>
        <legend>{say("handoff.webhook.legend")}</legend>
        <TextField
          label={say("handoff.webhook.url")}
          value={url}
          placeholder="https://tool.example/hooks"
          note={say("handoff.webhook.url.note")}
          onWrite={setUrl}
        />
        {EVENTS.map((name) => (
          <Tick
            key={name}
            checked={events.includes(name)}
            onTick={(on) => {
              setEvents((before) =>
                on ? [...before, name] : before.filter((other) => other !== name),
              );
            }}
          >
            {say(`handoff.event.${name}`)} <span className="code">{name}</span>
          </Tick>
        ))}
      </fieldset>
      {setting.isError && <TroubleNotice trouble={setting.error} />}
      {mayChange && (
        <div className="line line-wrap">
          <Button type="submit" disabled={!ready}>
            {say(setting.isPending ? "handoff.saving" : "handoff.webhook.save")}
          </Button>
        </div>
      )}
    </form>
  );
}
