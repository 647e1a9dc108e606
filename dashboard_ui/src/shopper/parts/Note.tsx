import type { App } from "../app";

/** How the last deed at this place went. */
export function Note({ app, where }: { app: App; where: string }) {
  const found = app.notes[where];
  if (!found) return null;
  return (
    <p class={`note ${found.kind}`.trim()}>
      {found.text}
      {found.detail && (
        <span lang="en" class="detail">
          {` ${found.detail}`}
        </span>
      )}
    </p>
  );
}
