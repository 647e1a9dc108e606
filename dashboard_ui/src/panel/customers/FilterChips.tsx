// The filters of the list, each with the way to take it off.

import { X } from "lucide-react";

import type { Asked } from "../api/customerLists";
import { useShop } from "../bridge/shop";
import { filterWords } from "./filterWords";
import { chosen, type Key, type Names, without } from "./filters";
import styles from "./Filters.module.css";
import { say } from "../words/say";

interface Props {
  asked: Asked;
  names: Names;
  onChange: (asked: Asked) => void;
}

export function FilterChips({ asked, names, onChange }: Props) {
  const { format } = useShop();
  const all = chosen(asked);
  if (all.length === 0) return null;
  const words = (key: Key, value: string) => filterWords(key, value, names, format);
  return (
    <ul className={styles.chips} aria-label={say("customers.filters")}>
      {all.map(([key, value]) => (
        <li key={key}>
          <button
            type="button"
            className={styles.chip}
            aria-label={say("customers.filter.off", { filter: words(key, value) })}
            onClick={() => {
              onChange(without(asked, key));
            }}
          >
            {words(key, value)}
            <X aria-hidden size={14} />
          </button>
        </li>
      ))}
      {all.length > 1 && (
        <li>
          <button
            type="button"
            className="link"
            onClick={() => {
              onChange({});
            }}
          >
            {say("customers.filter.off.all")}
          </button>
        </li>
      )}
    </ul>
  );
}
