// A small label. The tint is mixed from theme tokens, since macaw's own pairs fail on contrast in the dark.

import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import css from "./parts.module.css";

export type Tone = "neutral" | "accent" | "success" | "warning" | "critical";

interface Props {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}

export function Chip({ tone = "neutral", icon: Icon, children }: Props) {
  return (
    <span className={`${css.chip} tone-${tone}`}>
      {Icon && <Icon aria-hidden className={css["chip-icon"]} size={14} />}
      {children}
    </span>
  );
}
