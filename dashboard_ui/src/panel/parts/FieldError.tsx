// What is wrong with a field, beside it.

export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <span className="field-error" id={id}>
      {error}
    </span>
  );
}
