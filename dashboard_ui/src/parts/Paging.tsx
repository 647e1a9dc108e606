// Which rows of how many, and the way to the others.

import { useState } from "react";

import type { PageWanted } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Button } from "./Button";

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
  const { format } = useShop();
  if (total <= limit && offset === 0) return null;
  const last = Math.min(offset + limit, total);
  const step = (words: string, to: number, there: boolean) => (
    <Button
      size="small"
      variant="secondary"
      disabled={!there}
      onClick={() => {
        onTurn(to);
      }}
    >
      {words}
    </Button>
  );
  return (
    <nav className="paging" aria-label={`Pages of ${of}`}>
      <span className="muted figure" role="status">
        {format.count(offset + 1)} to {format.count(last)} of {format.count(total)}
      </span>
      {step("Previous", Math.max(0, offset - limit), offset > 0)}
      {step("Next", offset + limit, last < total)}
    </nav>
  );
}
