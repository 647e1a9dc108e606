// A titled part of a widget.

import { type ReactNode, useId } from "react";

import { Text } from "./Text";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <Text as="h2" id={id} size={3} fontWeight="medium">
        {title}
      </Text>
      {children}
    </section>
  );
}
