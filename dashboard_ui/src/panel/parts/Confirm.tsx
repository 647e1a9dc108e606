// A button that asks once more, in its own place: the frame allows no dialogues.

import { useState } from "react";

import { Button } from "./Button";
import { say } from "../words/say";
import css from "./parts.module.css";

interface Props {
  label: string;
  question: string;
  yes: string;
  busy?: boolean;
  /** What the page is for, and not one of several things. */
  primary?: boolean;
  onYes: () => void;
}

export function Confirm({ label, question, yes, busy = false, primary = false, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const shut = () => {
    setAsking(false);
  };
  if (!asking) {
    const ask = () => {
      setAsking(true);
    };
    return (
      <Button
        size="small"
        variant={primary ? "primary" : "secondary"}
        disabled={busy}
        onClick={ask}
      >
        {label}
      </Button>
    );
  }
  return (
    <span className={css.confirm} role="group" aria-label={question}>
      <span>{question}</span>
      <span className="line">
        <Button
          size="small"
          variant="primary"
          disabled={busy}
          onClick={() => {
            shut();
            onYes();
          }}
        >
          {yes}
        </Button>
        {/* The question was just asked for, so the way out is at hand. */}
        {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
        <Button size="small" variant="secondary" autoFocus onClick={shut}>
          {say("parts.no")}
        </Button>
      </span>
    </span>
  );
}
