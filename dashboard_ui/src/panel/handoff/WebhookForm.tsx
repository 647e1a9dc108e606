// Where events are sent, and which.

import { type SyntheticEvent, useState } from "react";

import { type HandOffEvent, type ShopWebhook, useSetWebhook } from "../api/handOff";
import { Button } from "../parts/Button";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import { TroubleNotice } from "../parts/TroubleNotice";

const EVENTS: readonly (readonly [HandOffEvent, string])[] = [
  ["grant.created", "A customer was given a perk"],
  ["grant.taken_back", "A perk was taken back or declined"],
  ["segment.entered", "A customer entered a segment"],
  ["segment.left", "A customer left a segment"],
  ["letter.drawn", "A contact is to get the letter of a trial"],
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
        <legend>Webhook</legend>
        <TextField
          label="Address of your tool"
          value={url}
          placeholder="https://tool.example/hooks"
          note="An https address that anybody on the Internet can reach"
          onWrite={setUrl}
        />
        {EVENTS.map(([name, words]) => (
          <Tick
            key={name}
            checked={events.includes(name)}
            onTick={(on) => {
              setEvents((before) =>
                on ? [...before, name] : before.filter((other) => other !== name),
              );
            }}
          >
            {words} <span className="code">{name}</span>
          </Tick>
        ))}
      </fieldset>
      {setting.isError && <TroubleNotice trouble={setting.error} />}
      {mayChange && (
        <div className="line line-wrap">
          <Button type="submit" disabled={!ready}>
            {setting.isPending ? "Saving" : "Save the webhook"}
          </Button>
        </div>
      )}
    </form>
  );
}
