// Pages of a list that may have a million rows: each begins behind the last row of the page before.

import { useState } from "react";

import type { CursorWanted } from "../api/questions";
import { PageSteps } from "./PageSteps";

/** The cursors that led to this page, and a way to change them. */
interface Trail {
  page: CursorWanted;
  cursors: readonly string[];
  turn: (cursors: readonly string[]) => void;
}

/** A page of a list that begins anew whenever `about` changes. */
export function useCursors(limit: number, about = ""): Trail {
  const [at, setAt] = useState<{ cursors: readonly string[]; about: string }>({
    cursors: [],
    about,
  });
  const cursors = at.about === about ? at.cursors : [];
  const after = cursors.at(-1);
  const turn = (to: readonly string[]) => {
    setAt({ cursors: to, about });
  };
  return { page: after === undefined ? { limit } : { limit, after }, cursors, turn };
}

interface Props {
  trail: Trail;
  /** The cursor of the next page. */
  next: string | null;
  shown: number;
  total: number;
  isExact?: boolean;
  of: string;
}

export function CursorPaging({ trail: { page, cursors, turn }, next, ...told }: Props) {
  const step = (to: readonly string[]) => () => {
    turn(to);
  };
  return (
    <PageSteps
      {...told}
      offset={cursors.length * page.limit}
      onPrevious={cursors.length > 0 ? step(cursors.slice(0, -1)) : null}
      onNext={next === null ? null : step([...cursors, next])}
    />
  );
}
