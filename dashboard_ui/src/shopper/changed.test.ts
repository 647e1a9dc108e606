import { expect, it } from "vitest";

import { compared } from "./changed";

function marked(text: string, before: string | null): string {
  return compared(text, before)
    .map((part) => (part.isNew ? `[${part.text}]` : part.text))
    .join("");
}

it("marks the words that were not read before, and leaves the text to the letter", () => {
  expect(marked("We keep it for 30 days at most.", "We keep it for 10 days.")).toBe(
    "We keep it for [30 days at most.]",
  );
  expect(marked("kept for 30 days at most", "kept for 10 days")).toBe(
    "kept for [30] days [at most]",
  );
  const parts = compared("one two  three", "two");
  expect(parts.map((part) => part.text).join("")).toBe("one two  three");
});

it("marks nothing in a text that is the same, or that nothing was read before", () => {
  expect(marked("The same.", "The same.")).toBe("The same.");
  expect(marked("The first.", null)).toBe("The first.");
});
