// The mail server as it is being written, what it still lacks, and as it is sent.

import type { MailWanted, ShopMailServer } from "../api/handOff";

export interface MailDraft {
  host: string;
  port: string;
  security: MailWanted["security"];
  user: string;
  password: string;
  senderAddress: string;
  senderName: string;
  mailsEach: string;
}

export const SECURITY: readonly (readonly [MailWanted["security"], string])[] = [
  ["starttls", "STARTTLS (mostly port 587)"],
  ["tls", "TLS from the start (mostly port 465)"],
  ["none", "None: only for a relay of your own"],
];

export function draftOf(mail: ShopMailServer | null): MailDraft {
  return {
    host: mail?.host ?? "",
    port: String(mail?.port ?? 587),
    security: mail?.security ?? "starttls",
    user: mail?.user ?? "",
    password: "",
    senderAddress: mail?.sender_address ?? "",
    senderName: mail?.sender_name ?? "",
    mailsEach: String(mail?.mails_each ?? 2),
  };
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^[0-9]{1,6}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

export function lacksOf(draft: MailDraft): Map<keyof MailDraft, string> {
  const lacks = new Map<keyof MailDraft, string>();
  if (draft.host.trim() === "") lacks.set("host", "Write the name of the server.");
  if (!isWithin(draft.port, 1, 65_535)) lacks.set("port", "Write a number from 1 to 65535.");
  if (!/^[^@\s]+@[^@\s]+$/.test(draft.senderAddress.trim())) {
    lacks.set("senderAddress", "Write one e-mail address.");
  }
  if (draft.senderName.trim() === "") lacks.set("senderName", "Write the name of the shop.");
  if (!isWithin(draft.mailsEach, 1, 30)) lacks.set("mailsEach", "Write a number from 1 to 30.");
  return lacks;
}

export function wantedOf(draft: MailDraft): MailWanted {
  return {
    host: draft.host.trim(),
    port: Number(draft.port),
    security: draft.security,
    user: draft.user.trim() || null,
    password: draft.password || null,
    sender_address: draft.senderAddress.trim(),
    sender_name: draft.senderName.trim(),
    mails_each: Number(draft.mailsEach),
  };
}
