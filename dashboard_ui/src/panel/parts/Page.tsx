// The frame of a full page or popup.

import type { ReactNode } from "react";

import { Text } from "./Text";

interface Props {
  title: string;
  subtitle?: ReactNode;
  before?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, subtitle, before, narrow = false, children }: Props) {
  return (
    <div className={narrow ? "page page-narrow" : "page"}>
      {before}
      <div className="page-main">
        <header className="page-head">
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
