// A small label. The tint is mixed from theme tokens, since macaw's own pairs fail on contrast in the dark.

import type { ReactNode } from "react";

export type Tone = "neutral" | "accent" | "success" | "warning" | "critical";

export function Chip({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`chip tone-${tone}`}>{children}</span>;
}
