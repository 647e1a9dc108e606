// A button as Macaw draws it, without what Macaw needs to draw all else.

import type { ComponentPropsWithoutRef } from "react";

interface Props extends ComponentPropsWithoutRef<"button"> {
  variant?: "primary" | "secondary" | "tertiary";
  size?: "small" | "medium";
}

export function Button({ variant = "primary", size = "medium", className = "", ...given }: Props) {
  return (
    <button {...given} className={`button button-${variant} button-${size} ${className}`.trim()} />
  );
}
