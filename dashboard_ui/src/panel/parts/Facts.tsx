// Labelled values, one a row.

import type { ReactNode } from "react";

export interface Fact {
  label: string;
  /** What stands there instead of the bare label. */
  shown?: ReactNode;
  value: ReactNode;
  note?: string | undefined;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ label, shown, value, note }) => (
        <div className="facts-row" key={label}>
          <dt className="muted">{shown ?? label}</dt>
          <dd className="figure">
            {value}
            {note && <span className="facts-note muted">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
