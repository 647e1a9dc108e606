// A box to tick, with the words beside it.

import { type ReactNode, useId } from "react";

interface Props {
  checked: boolean;
  onTick: (checked: boolean) => void;
  children: ReactNode;
}

export function Tick({ checked, onTick, children }: Props) {
  const id = useId();
  return (
    <span className="tick">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => {
          onTick(event.target.checked);
        }}
      />
      <label htmlFor={id}>{children}</label>
    </span>
  );
}
