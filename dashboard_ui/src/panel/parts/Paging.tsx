// Which rows of how many, and the way to the others.

import { useState } from "react";

import type { PageWanted } from "../api/questions";
import { PageSteps } from "./PageSteps";

interface Props {
  page: PageWanted;
  total: number;
  of: string;
  onTurn: (offset: number) => void;
}

/** A page of a list that begins anew whenever `about` changes. */
export function usePage(limit: number, about = ""): [PageWanted, (offset: number) => void] {
  const [at, setAt] = useState({ offset: 0, about });
  const offset = at.about === about ? at.offset : 0;
  const turn = (to: number) => {
    setAt({ offset: to, about });
  };
  return [{ limit, offset }, turn];
}

export function Paging({ page: { offset, limit }, total, of, onTurn }: Props) {
  const step = (to: number) => () => {
    onTurn(to);
  };
  return (
    <PageSteps
      {...{ offset, total, of }}
      shown={Math.max(0, Math.min(limit, total - offset))}
      onPrevious={offset > 0 ? step(Math.max(0, offset - limit)) : null}
      onNext={offset + limit < total ? step(offset + limit) : null}
    />
  );
}
