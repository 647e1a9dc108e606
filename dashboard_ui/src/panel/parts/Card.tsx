// A titled part of a page.

import { type ReactNode, useId } from "react";

import { Text } from "./Text";
import css from "./parts.module.css";

interface Props {
  title: string;
  action?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

export function Card({ title, action, wide = false, children }: Props) {
  const id = useId();
  return (
    <section className={wide ? "card card-wide" : "card"} aria-labelledby={id}>
      <div className={css["card-head"]}>
        <Text as="h2" id={id} size={5} fontWeight="medium">
          {title}
        </Text>
        {action}
      </div>
      {children}
    </section>
  );
}
