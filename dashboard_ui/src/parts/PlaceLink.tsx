// Opens another of the panel's own pages.

import type { ReactNode } from "react";

import { usePlace } from "../bridge/place";

export function PlaceLink({ to, children }: { to: string; children: ReactNode }) {
  const { path, go } = usePlace();
  return (
    <button
      type="button"
      className="link"
      aria-current={path === to ? "page" : undefined}
      onClick={() => {
        go(to);
      }}
    >
      {children}
    </button>
  );
}
