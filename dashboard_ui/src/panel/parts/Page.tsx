// The frame of a full page or popup.

import type { ReactNode } from "react";

import { Text } from "./Text";
import css from "./parts.module.css";

interface Props {
  title: string;
  subtitle?: ReactNode;
  before?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, subtitle, before, narrow = false, children }: Props) {
  return (
    <div className={narrow ? `page ${css["page-narrow"]}` : "page"}>
      {before}
      <div className={css["page-main"]}>
        <header className={css["page-head"]}>
          <Text as="h1" size={9} fontWeight="medium">
            {title}
          </Text>
          {subtitle}
        </header>
        {children}
      </div>
    </div>
  );
}
