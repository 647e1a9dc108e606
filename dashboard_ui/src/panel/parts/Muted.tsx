// Secondary text that still has the contrast to be read: macaw's own grey falls short of 4.5 to 1.

import type { ReactNode } from "react";

import { Text } from "./Text";

interface Props {
  children: ReactNode;
  as?: "p" | "span";
}

export function Muted({ children, as = "p" }: Props) {
  return (
    <Text as={as} className="muted" size={2}>
      {children}
    </Text>
  );
}
