// One of the columns, in groups, as the browser's own select.

import { type ReactNode, useId } from "react";

import type { SegmentColumn } from "../api/segments";
import { FieldError } from "../parts/FieldError";

interface Props {
  label: string;
  columns: readonly SegmentColumn[];
  value: string;
  error?: string | undefined;
  disabled?: boolean;
  /** An option before all others. */
  first?: ReactNode;
  onChoose: (column: string) => void;
}

function grouped(columns: readonly SegmentColumn[]): [string, SegmentColumn[]][] {
  const groups = new Map<string, SegmentColumn[]>();
  for (const column of columns) {
    groups.set(column.group, [...(groups.get(column.group) ?? []), column]);
  }
  return [...groups];
}

export function ColumnChoice(props: Props) {
  const { label, columns, value, error, disabled = false, first, onChoose } = props;
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
          onChoose(event.target.value);
        }}
      >
        {first}
        {grouped(columns).map(([group, members]) => (
          <optgroup key={group} label={group}>
            {members.map((column) => (
              <option key={column.column} value={column.column}>
                {column.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
