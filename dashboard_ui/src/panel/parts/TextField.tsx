// A line of text with its label, what is to be known of it, and what is wrong with it.

import { useId } from "react";

import { FieldError } from "./FieldError";

interface Props {
  label: string;
  value: string;
  note?: string | undefined;
  error?: string | undefined;
  placeholder?: string;
  type?: "text" | "password" | "number";
  /** The keyboard of a phone; a decimal keeps what is written as it is written. */
  inputMode?: "decimal";
  disabled?: boolean;
  narrow?: boolean;
  onWrite: (value: string) => void;
}

export function TextField(props: Props) {
  const { label, value, note, error, placeholder, type = "text", inputMode, onWrite } = props;
  const { disabled = false, narrow = false } = props;
  const id = useId();
  const described = [note && `${id}-note`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={narrow ? "input input-narrow" : "input"}
        type={type}
        inputMode={inputMode}
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={described || undefined}
        onChange={(event) => {
          onWrite(event.target.value);
        }}
      />
      {note !== undefined && (
        <span className="muted" id={`${id}-note`}>
          {note}
        </span>
      )}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
