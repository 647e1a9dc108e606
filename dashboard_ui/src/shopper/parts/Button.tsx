import type { ComponentChildren } from "preact";

interface Look {
  id: string;
  look?: "main" | "plain" | "grave";
  /** Something is being done: a press does nothing, and who hears the page is told so. */
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({ id, look, busy, onClick, children }: Look & { onClick: () => void }) {
  return (
    <button type="button" id={id} class={look} aria-disabled={busy || undefined} onClick={onClick}>
      {children}
    </button>
  );
}

export function Submit({ id, look, busy, children }: Look) {
  return (
    <button type="submit" id={id} class={look} aria-disabled={busy || undefined}>
      {children}
    </button>
  );
}
