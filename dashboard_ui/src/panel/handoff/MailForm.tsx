// The shop's mail server, and whom mails are from.

import { type SyntheticEvent, useState } from "react";

import { type ShopMailServer, useSetMail } from "../api/handOff";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { draftOf, lacksOf, type MailDraft, SECURITY, wantedOf } from "./draft";

interface Props {
  mail: ShopMailServer | null;
  mayChange: boolean;
}

const FIELDS: { name: Exclude<keyof MailDraft, "security">; label: string; note?: string }[] = [
  { name: "host", label: "Server" },
  { name: "port", label: "Port" },
  { name: "user", label: "User", note: "Empty: nobody signs in" },
  { name: "password", label: "Password", note: "Kept encrypted. Empty: as it is" },
  { name: "senderAddress", label: "From: e-mail address" },
  { name: "senderName", label: "From: name", note: "Also what the mails call the shop" },
  { name: "mailsEach", label: "E-mails to one customer within 30 days, at most" },
];

export function MailForm({ mail, mayChange }: Props) {
  const [draft, setDraft] = useState(() => draftOf(mail));
  const [tried, setTried] = useState(false);
  const setting = useSetMail();
  const lacks = lacksOf(draft);
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
        <legend>Mail server</legend>
        {FIELDS.map(({ name, label, note }) => (
          <TextField
            key={name}
            label={label}
            value={draft[name]}
            note={note}
            type={name === "password" ? "password" : "text"}
            error={tried ? lacks.get(name) : undefined}
            narrow={name === "port" || name === "mailsEach"}
            onWrite={(value) => {
              change({ [name]: value });
            }}
          />
        ))}
        <Choice
          label="Encryption"
          options={SECURITY}
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
            {setting.isPending ? "Saving" : "Save the mail server"}
          </Button>
        </div>
      )}
    </form>
  );
}
