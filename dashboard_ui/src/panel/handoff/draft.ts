// The mail server as it is being written, what it still lacks, and as it is sent.

import type { MailWanted, ShopMailServer } from "../api/handOff";
import type { Key } from "../words/keys";

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

export const SECURITY: readonly MailWanted["security"][] = ["starttls", "tls", "none"];

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

export function lacksOf(draft: MailDraft): Map<keyof MailDraft, Key> {
  const lacks = new Map<keyof MailDraft, Key>();
  if (draft.host.trim() === "") lacks.set("host", "handoff.lacks.host");
  if (!isWithin(draft.port, 1, 65_535)) lacks.set("port", "handoff.lacks.port");
  if (!/^[^@\s]+@[^@\s]+$/.test(draft.senderAddress.trim())) {
    lacks.set("senderAddress", "handoff.lacks.address");
  }
  if (draft.senderName.trim() === "") lacks.set("senderName", "handoff.lacks.name");
  if (!isWithin(draft.mailsEach, 1, 30)) lacks.set("mailsEach", "handoff.lacks.each");
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
