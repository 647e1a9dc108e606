import { compared } from "../changed";

/** A text to the letter; what somebody has not read before is marked. */
export function Marked({ text, before }: { text: string; before: string | null }) {
  return compared(text, before).map((part, at) =>
    part.isNew ? <mark key={at}>{part.text}</mark> : part.text,
  );
}
