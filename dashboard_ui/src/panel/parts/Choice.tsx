// One of a few, as the browser's own select: it works with every keyboard and screen reader.

import { useId } from "react";

import { FieldError } from "./FieldError";

interface Props<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  error?: string | undefined;
  disabled?: boolean;
  onChoose: (value: T) => void;
}

export function Choice<T extends string>(props: Props<T>) {
  const { label, options, value, error, disabled = false, onChoose } = props;
  const id = useId();
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="input"
        value={value}
        disabled={disabled}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onChange={(event) => {
          onChoose(event.target.value as T);
        }}
      >
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
