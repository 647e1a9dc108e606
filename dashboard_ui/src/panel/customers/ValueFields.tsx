// A day or an amount that a filter is about.

import { useId } from "react";

import { TextField } from "../parts/TextField";

interface Props {
  label: string;
  value: string;
  onWrite: (value: string) => void;
}

export function DayField({ label, value, onWrite }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type="date"
        value={value}
        onChange={(event) => {
          onWrite(event.target.value);
        }}
      />
    </div>
  );
}

export function NumberField(props: Props) {
  return <TextField {...props} inputMode="decimal" narrow placeholder="100" />;
}
