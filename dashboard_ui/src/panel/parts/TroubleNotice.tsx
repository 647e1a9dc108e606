// Trouble in words for a staff member, with the one thing that may help.

import type { Trouble, TroubleCode } from "../api/trouble";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import { Notice } from "./Notice";

type Tone = "warning" | "critical" | "info";

const TONES: Record<TroubleCode, Tone> = {
  TOKEN_EXPIRED: "warning",
  TOKEN_INVALID: "warning",
  PERMISSION_DENIED: "info",
  NOT_FOUND: "info",
  INVALID_INPUT: "critical",
  SHOP_UNKNOWN: "warning",
  SOCIAL_OFF: "info",
  UNAVAILABLE: "critical",
  NETWORK: "critical",
  UNREADABLE: "critical",
};

/** What may help, where there is something. */
const ADVICE: Partial<Record<TroubleCode, Key>> = {
  TOKEN_EXPIRED: "parts.trouble.TOKEN_EXPIRED.advice",
  TOKEN_INVALID: "parts.trouble.TOKEN_INVALID.advice",
  PERMISSION_DENIED: "parts.trouble.PERMISSION_DENIED.advice",
  SHOP_UNKNOWN: "parts.trouble.SHOP_UNKNOWN.advice",
  SOCIAL_OFF: "parts.trouble.SOCIAL_OFF.advice",
  NETWORK: "parts.trouble.NETWORK.advice",
};

const AGAIN: Partial<Record<TroubleCode, Key>> = {
  TOKEN_EXPIRED: "parts.ask",
  TOKEN_INVALID: "parts.again",
  UNAVAILABLE: "parts.again",
  NETWORK: "parts.again",
  UNREADABLE: "parts.again",
};

interface Props {
  trouble: Trouble;
  onAgain?: () => void;
  busy?: boolean;
}

export function TroubleNotice({ trouble, onAgain, busy = false }: Props) {
  const { code, message } = trouble;
  const [advice, again] = [ADVICE[code], AGAIN[code]];
  const action = again && onAgain ? { label: say(again), run: onAgain, busy } : undefined;
  return (
    <Notice tone={TONES[code]} title={say(`parts.trouble.${code}`)} action={action}>
      {advice ? `${message} ${say(advice)}` : message}
    </Notice>
  );
}
