// Nothing here, and why.

import type { ReactNode } from "react";

import { Muted } from "./Muted";
import { Text } from "./Text";
import css from "./parts.module.css";

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <Text as="p" size={3} fontWeight="medium">
        {title}
      </Text>
      {children && <Muted>{children}</Muted>}
    </div>
  );
}
