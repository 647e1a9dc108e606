// How much: a grade of a few, or a number in its unit.

import type { SegmentColumn } from "../api/segments";
import { Choice } from "../parts/Choice";
import { TextField } from "../parts/TextField";
import { gradeWords } from "./words";
import { say } from "../words/say";

interface Props {
  label: string;
  column: SegmentColumn;
  value: string;
  unit: string;
  error: string | undefined;
  /** The option for no bound, where there may be none. */
  none?: string;
  disabled: boolean;
  onWrite: (value: string) => void;
}

export function Bound({ label, column, value, unit, error, none, disabled, onWrite }: Props) {
  if (column.grades.length > 0) {
    const grades = column.grades.map((grade): [string, string] => [
      grade,
      gradeWords(column, grade),
    ]);
    const options = none === undefined ? grades : [["", none] as [string, string], ...grades];
    return (
      <Choice
        label={label}
        options={options}
        value={value}
        error={error}
        disabled={disabled}
        onChoose={onWrite}
      />
    );
  }
  const field = {
    label: unit === "" ? label : say("segments.condition.field", { label, unit }),
    value,
    error,
    disabled,
    onWrite,
    ...(none === undefined ? {} : { placeholder: none }),
  };
  return <TextField {...field} inputMode="decimal" narrow />;
}
