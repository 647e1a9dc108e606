// A line of text with its label, and what is to be known of it.

import { useId } from "react";

interface Props {
  label: string;
  value: string;
  note?: string;
  placeholder?: string;
  type?: "text" | "password" | "number";
  onWrite: (value: string) => void;
}

export function TextField({ label, value, note, placeholder, type = "text", onWrite }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type={type}
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => {
          onWrite(event.target.value);
        }}
      />
      {note !== undefined && (
        <span className="muted" id={`${id}-note`}>
          {note}
        </span>
      )}
    </div>
  );
}
