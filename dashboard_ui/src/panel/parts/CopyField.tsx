// A text that is there to be copied.

import { useId, useRef, useState } from "react";

import { Button } from "./Button";
import { say } from "../words/say";

interface Props {
  label: string;
  text: string;
  /** False where a heading of the table already says it. */
  labelled?: boolean;
}

const SAID = { copied: "parts.copied", refused: "parts.copy.byhand" } as const;

/** Selects the text and copies it; false where the browser refuses. */
function copy(field: HTMLInputElement): boolean {
  field.focus();
  field.select();
  try {
    // The Dashboard's frame has no permission for navigator.clipboard; this needs none.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand("copy");
  } catch {
    return false;
  }
}

export function CopyField({ label, text, labelled = true }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<keyof typeof SAID | null>(null);
  return (
    <div className="field">
      <label className={labelled ? "muted" : "unseen"} htmlFor={id}>
        {label}
      </label>
      <span className="copy">
        <input id={id} ref={field} className="input code" type="text" readOnly value={text} />
        <Button
          size="small"
          variant="secondary"
          type="button"
          aria-label={say("parts.copy.of", { label })}
          onClick={() => {
            setSaid(field.current && copy(field.current) ? "copied" : "refused");
          }}
        >
          {say("parts.copy")}
        </Button>
      </span>
      <span className="muted copy-said" role="status">
        {said && say(SAID[said])}
      </span>
    </div>
  );
}
