// Which columns the list has, and the name under which it is saved with them.

import type { Column } from "../api/customerLists";
import { Tick } from "../parts/Tick";
import { COLUMNS, LABELS } from "./columns";
import styles from "./Filters.module.css";
import type { List } from "./list";
import { SaveView } from "./SaveView";
import { say } from "../words/say";

interface Props {
  list: List;
  onChange: (columns: Column[]) => void;
}

export function ColumnsField({ list, onChange }: Props) {
  const { columns, sort } = list;
  return (
    <details className={styles.more}>
      <summary>{say("customers.columns")}</summary>
      <fieldset className={styles.ticks}>
        <legend className="unseen">{say("customers.columns.of")}</legend>
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
            {say(LABELS[column])}
          </Tick>
        ))}
      </fieldset>
      <SaveView list={list} />
    </details>
  );
}
