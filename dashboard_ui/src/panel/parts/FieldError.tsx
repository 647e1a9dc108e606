// What is wrong with a field, beside it.

import css from "./parts.module.css";

export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <span className={css["field-error"]} id={id}>
      {error}
    </span>
  );
}
