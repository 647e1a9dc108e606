import { render } from "preact";

/** Say that the page could not begin; its words may not be there. */
export function failed(error: unknown): void {
  console.error(error);
  const place = document.getElementById("page");
  if (!place) return;
  render(
    <div class="bare">
      <h1>…</h1>
      <p role="alert" lang="en">
        Something went wrong. Please open the page again.
      </p>
    </div>,
    place,
  );
}
