// "26 to 50 of 310", with the buttons to the pages around.

import { Button } from "./Button";

import { useShop } from "../bridge/shop";
import { say } from "../words/say";

interface Props {
  offset: number;
  /** How many rows are on this page. */
  shown: number;
  total: number;
  /** False: there are more than `total`. */
  isExact?: boolean;
  of: string;
  /** Null where there is no such page. */
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}

export function PageSteps({ offset, shown, total, isExact = true, of, onPrevious, onNext }: Props) {
  const { format } = useShop();
  if (onPrevious === null && onNext === null) return null;
  const last = offset + shown;
  // The last page knows better than a count that was made some time ago.
  const all = format.count(onNext === null ? last : Math.max(total, last));
  const step = (words: string, onTurn: (() => void) | null) => (
    <Button
      size="small"
      variant="secondary"
      disabled={onTurn === null}
      onClick={() => {
        onTurn?.();
      }}
    >
      {words}
    </Button>
  );
  return (
    <nav className="paging" aria-label={say("parts.pages", { of })}>
      <span className="muted figure" role="status">
        {say(isExact || onNext === null ? "parts.page" : "parts.page.more", {
          from: format.count(offset + 1),
          to: format.count(last),
          all,
        })}
      </span>
      {step(say("parts.previous"), onPrevious)}
      {step(say("parts.next"), onNext)}
    </nav>
  );
}
