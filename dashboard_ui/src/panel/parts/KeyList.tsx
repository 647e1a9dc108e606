// A long list of which one is chosen: with the pointer, or with arrows, Home, End, Page Up and Page Down.

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import css from "./parts.module.css";

interface Props {
  label: string;
  items: readonly { id: string; words: ReactNode }[];
  /** Which one is chosen. */
  at: number;
  onChoose: (at: number) => void;
}

const PAGE = 10;

/** Where a key leads to in a list; null for keys that lead nowhere. */
export function placeAfter(key: string, at: number, size: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: size - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined || size === 0 ? null : Math.min(size - 1, Math.max(0, to));
}

export function KeyList({ label, items, at, onChoose }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Only the list scrolls, and not the page around it.
    const room = list.current;
    const row = room?.children.item(at);
    if (!room || !(row instanceof HTMLElement)) return;
    const top = row.offsetTop - room.offsetTop;
    if (top < room.scrollTop) room.scrollTop = top;
    const below = top + row.offsetHeight - room.clientHeight;
    if (below > room.scrollTop) room.scrollTop = below;
  }, [at]);
  const press = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, at, items.length);
    if (to === null) return;
    event.preventDefault();
    onChoose(to);
  };
  return (
    <div
      ref={list}
      className={css["key-list"]}
      role="listbox"
      aria-label={label}
      aria-activedescendant={items[at] ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      {items.map((one, n) => (
        <div
          key={one.id}
          id={`${id}-${n}`}
          role="option"
          tabIndex={-1}
          aria-selected={n === at}
          onMouseDown={() => {
            onChoose(n);
          }}
        >
          {one.words}
        </div>
      ))}
    </div>
  );
}
