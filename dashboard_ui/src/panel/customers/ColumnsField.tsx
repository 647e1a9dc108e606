// Which columns the list has; a saved view remembers them.

import type { Column, Sort } from "../api/customerLists";
import { Tick } from "../parts/Tick";
import { COLUMNS, LABELS } from "./columns";
import styles from "./Filters.module.css";

interface Props {
  columns: readonly Column[];
  sort: Sort;
  onChange: (columns: Column[]) => void;
}

export function ColumnsField({ columns, sort, onChange }: Props) {
  return (
    <details>
      <summary>Columns</summary>
      <fieldset className={styles.ticks}>
        <legend className="unseen">Columns of the list</legend>
        {COLUMNS.map((column) => (
          <Tick
            key={column}
            checked={columns.includes(column) || column === sort}
            onTick={(isTicked) => {
              const others = columns.filter((one) => one !== column);
              const wanted = isTicked ? [...others, column] : others;
              if (wanted.length > 0) onChange(wanted);
            }}
          >
            {LABELS[column]}
          </Tick>
        ))}
      </fieldset>
    </details>
  );
}
