// Labelled values, one a row.

import type { ReactNode } from "react";

export interface Fact {
  label: string;
  value: ReactNode;
  note?: string | undefined;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ label, value, note }) => (
        <div className="facts-row" key={label}>
          <dt className="muted">{label}</dt>
          <dd className="figure">
            {value}
            {note && <span className="facts-note muted">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
