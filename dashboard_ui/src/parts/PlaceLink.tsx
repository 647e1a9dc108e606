// Opens another of the panel's own pages.

import type { ReactNode } from "react";

import { usePlace } from "../bridge/place";

/** "/segments/new" is within "/segments"; nothing but itself is within the overview. */
function isWithin(path: string, to: string): boolean {
  return path === to || (to !== "/" && path.startsWith(`${to}/`));
}

export function PlaceLink({ to, children }: { to: string; children: ReactNode }) {
  const { path, go } = usePlace();
  return (
    <button
      type="button"
      className="link"
      aria-current={isWithin(path, to) ? "page" : undefined}
      onClick={() => {
        go(to);
      }}
    >
      {children}
    </button>
  );
}
