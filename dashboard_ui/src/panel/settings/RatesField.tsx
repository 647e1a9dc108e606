// How much other currencies are worth, one a line.

import { useId } from "react";

import { FieldError } from "../parts/FieldError";
import { say } from "../words/say";

interface Props {
  rates: string;
  error: string | undefined;
  onWrite: (rates: string) => void;
}

export function RatesField({ rates, error, onWrite }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {say("settings.rates")}
      </label>
      <textarea
        id={id}
        className="input input-text"
        rows={3}
        spellCheck={false}
        placeholder="USD 0.92"
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={`${id}-note${error === undefined ? "" : ` ${id}-error`}`}
        value={rates}
        onChange={(event) => {
          onWrite(event.target.value);
        }}
      />
      <span className="muted" id={`${id}-note`}>
        {say("settings.rates.note")}
      </span>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
