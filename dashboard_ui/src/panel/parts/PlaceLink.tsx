// Opens another of the panel's own pages.

import type { ReactNode } from "react";

import { usePlace } from "../bridge/place";

/** "/segments/new" is within "/segments"; nothing but itself is within the overview. */
function isWithin(path: string, to: string): boolean {
  return path === to || (to !== "/" && path.startsWith(`${to}/`));
}

interface Props {
  to: string;
  /** Other paths that belong to this place. */
  also?: readonly string[];
  children: ReactNode;
}

export function PlaceLink({ to, also = [], children }: Props) {
  const { path, go } = usePlace();
  const isHere = [to, ...also].some((one) => isWithin(path, one));
  return (
    <button
      type="button"
      className="link"
      aria-current={isHere ? "page" : undefined}
      onClick={() => {
        go(to);
      }}
    >
      {children}
    </button>
  );
}
