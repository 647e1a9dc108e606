// A part that scrolls by itself and holds nothing to click: it is reached by the keyboard, to be scrolled.

import type { ReactNode } from "react";

interface Props {
  label: string;
  className: string | undefined;
  lang?: string;
  children: ReactNode;
}

export function Scrolled({ label, className, lang, children }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={className} role="group" aria-label={label} lang={lang} tabIndex={0}>
      {children}
    </div>
  );
}
