// What a search found, as the list of its field, and in a word for who cannot see it.

import type { Goods } from "../api/goods";
import { say } from "../words/say";

interface Props {
  /** Of the field: its list and options are named after it. */
  id: string;
  label: string;
  goods: readonly Goods[];
  /** Which of them Enter chooses. */
  place: number;
  isNothing: boolean;
  isSearching: boolean;
  onChoose: (goods: Goods) => void;
}

export function FoundGoods(props: Props) {
  const { id, label, goods, place, isNothing, isSearching, onChoose } = props;
  return (
    <>
      <div
        id={`${id}-found`}
        role="listbox"
        aria-label={say("parts.found", { label })}
        className={goods.length > 0 ? "goods-found" : "unseen"}
      >
        {goods.map((one, n) => (
          <div
            key={one.id}
            id={`${id}-${n}`}
            role="option"
            tabIndex={-1}
            aria-selected={n === place}
            // Before the field loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              onChoose(one);
            }}
          >
            {one.name}
          </div>
        ))}
      </div>
      <span role="status" className="muted">
        {isSearching ? say("parts.searching") : isNothing ? say("parts.found.none") : ""}
      </span>
    </>
  );
}
