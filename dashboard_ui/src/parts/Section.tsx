// A titled part of a widget.

import { Text } from "@saleor/macaw-ui";
import { type ReactNode, useId } from "react";

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
