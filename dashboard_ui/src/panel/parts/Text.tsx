// Words in one of Macaw's sizes and weights.

import type { ComponentPropsWithoutRef } from "react";

interface Props extends ComponentPropsWithoutRef<"span"> {
  as?: "span" | "p" | "h1" | "h2" | "h3";
  size: 2 | 3 | 5 | 8 | 9 | 10;
  fontWeight?: "regular" | "medium" | "bold";
}

export function Text({
  as: Tag = "span",
  size,
  fontWeight = "regular",
  className,
  ...given
}: Props) {
  const look = `text text-${size} text-${fontWeight}`;
  return <Tag {...given} className={className === undefined ? look : `${look} ${className}`} />;
}
