// The shop's mail server, and whom mails are from.

import { type SyntheticEvent, useState } from "react";

import { type ShopMailServer, useSetMail } from "../api/handOff";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { draftOf, lacksOf, type MailDraft, SECURITY, wantedOf } from "./draft";
import type { Key } from "../words/keys";
import { say } from "../words/say";

interface Props {
  mail: ShopMailServer | null;
  mayChange: boolean;
}

const FIELDS: { name: Exclude<keyof MailDraft, "security">; label: Key; note?: Key }[] = [
  { name: "host", label: "handoff.mail.host" },
  { name: "port", label: "handoff.mail.port" },
  { name: "user", label: "handoff.mail.user", note: "handoff.mail.user.note" },
  { name: "password", label: "handoff.mail.password", note: "handoff.mail.password.note" },
  { name: "senderAddress", label: "handoff.mail.sender.address" },
  { name: "senderName", label: "handoff.mail.sender.name", note: "handoff.mail.sender.name.note" },
  { name: "mailsEach", label: "handoff.mail.each" },
];

export function MailForm({ mail, mayChange }: Props) {
  const [draft, setDraft] = useState(() => draftOf(mail));
  const [tried, setTried] = useState(false);
  const setting = useSetMail();
  const lacks = lacksOf(draft);
  const lackOf = (name: keyof MailDraft) => {
    const lack = lacks.get(name);
    return lack && say(lack);
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (lacks.size > 0 || setting.isPending) return;
    setting.mutate(wantedOf(draft), {
      onSuccess: (stored) => {
        setDraft(draftOf(stored.mail));
        setTried(false);
      },
    });
  };
  const change = (part: Partial<MailDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
  };
  return (
    <form className="stack" noValidate onSubmit={save}>
      <fieldset className="group group-first" disabled={!mayChange}>
        <legend>{say("handoff.mail.legend")}</legend>
        {FIELDS.map(({ name, label, note }) => (
          <TextField
            key={name}
            label={say(label)}
            value={draft[name]}
            note={note && say(note)}
            type={name === "password" ? "password" : "text"}
            error={tried ? lackOf(name) : undefined}
            narrow={name === "port" || name === "mailsEach"}
            onWrite={(value) => {
              change({ [name]: value });
            }}
          />
        ))}
        <Choice
          label={say("handoff.mail.security")}
          options={SECURITY.map((one) => [one, say(`handoff.mail.security.${one}`)] as const)}
          value={draft.security}
          onChoose={(security) => {
            change({ security });
          }}
        />
      </fieldset>
      {setting.isError && <TroubleNotice trouble={setting.error} />}
      {mayChange && (
        <div className="line line-wrap">
          <Button type="submit" disabled={setting.isPending}>
            {say(setting.isPending ? "handoff.saving" : "handoff.mail.save")}
          </Button>
        </div>
      )}
    </form>
  );
}
