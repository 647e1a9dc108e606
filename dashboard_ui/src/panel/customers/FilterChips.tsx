// The filters of the list, each with the way to take it off.

import { X } from "lucide-react";

import type { Asked } from "../api/customerLists";
import { useShop } from "../bridge/shop";
import { chosen, inWords, type Key, LABELS, type Names, without } from "./filters";
import styles from "./Filters.module.css";

interface Props {
  asked: Asked;
  names: Names;
  onChange: (asked: Asked) => void;
}

export function FilterChips({ asked, names, onChange }: Props) {
  const { format } = useShop();
  const all = chosen(asked);
  if (all.length === 0) return null;
  const words = (key: Key, value: string) =>
    `${LABELS[key]}: ${inWords(key, value, names, format)}`;
  return (
    <ul className={styles.chips} aria-label="Filters">
      {all.map(([key, value]) => (
        <li key={key}>
          <button
            type="button"
            className={styles.chip}
            aria-label={`Take off: ${words(key, value)}`}
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
            Take off all
          </button>
        </li>
      )}
    </ul>
  );
}
