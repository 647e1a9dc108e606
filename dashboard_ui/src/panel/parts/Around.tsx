// An element inside of a sentence, where each language has it.

import type { ReactNode } from "react";

/** Stands for the element while the sentence is made; nobody writes it. */
const PLACE = "\uE000";

interface Props {
  /** Makes the sentence around the place. */
  text: (place: string) => string;
  children: ReactNode;
}

export function Around({ text, children }: Props) {
  const [before = "", after = ""] = text(PLACE).split(PLACE);
  return (
    <>
      {before}
      {children}
      {after}
    </>
  );
}
