// Trouble in words for a staff member, with the one thing that may help.

import type { Trouble, TroubleCode } from "../api/trouble";
import { Notice } from "./Notice";

interface Words {
  tone: "warning" | "critical" | "info";
  title: string;
  advice?: string;
  again?: string;
}

const WORDS: Record<TroubleCode, Words> = {
  TOKEN_EXPIRED: {
    tone: "warning",
    title: "Your session has expired",
    advice: "Ask the Dashboard for a new one, or reload this page.",
    again: "Ask again",
  },
  TOKEN_INVALID: {
    tone: "warning",
    title: "Your session was not accepted",
    advice: "Reload this page; if that does not help, sign in to the Dashboard again.",
    again: "Try again",
  },
  PERMISSION_DENIED: {
    tone: "info",
    title: "You have no permission to see this",
    advice: "Someone who manages staff members can grant it.",
  },
  NOT_FOUND: { tone: "info", title: "This was not found" },
  INVALID_INPUT: { tone: "critical", title: "This cannot be done" },
  SHOP_UNKNOWN: {
    tone: "warning",
    title: "The app is not connected to this shop",
    advice: "The Dashboard's extensions page says whether it is installed and switched on.",
  },
  SOCIAL_OFF: {
    tone: "info",
    title: "Social profiles are switched off",
    advice: "An admin switches them on under Privacy.",
  },
  UNAVAILABLE: { tone: "critical", title: "This cannot be shown right now", again: "Try again" },
  NETWORK: {
    tone: "critical",
    title: "No connection",
    advice: "Nothing is lost: work goes on in the background.",
    again: "Try again",
  },
  UNREADABLE: { tone: "critical", title: "Something went wrong", again: "Try again" },
};

interface Props {
  trouble: Trouble;
  onAgain?: () => void;
  busy?: boolean;
}

export function TroubleNotice({ trouble, onAgain, busy = false }: Props) {
  const { tone, title, advice, again } = WORDS[trouble.code];
  const action = again && onAgain ? { label: again, run: onAgain, busy } : undefined;
  return (
    <Notice tone={tone} title={title} action={action}>
      {advice ? `${trouble.message} ${advice}` : trouble.message}
    </Notice>
  );
}
