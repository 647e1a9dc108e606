// A customer's record in Saleor as rows: metadata by key, and the attribute.

import type { Written } from "../api/customerPage";
import { say } from "../words/say";

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Every key with what it says; of a part that may or may not have arrived, that it is not known. */
export function entriesOf(written: Written["written"]): { label: string; value: string }[] {
  return Object.entries(written ?? {}).flatMap(([part, content]) => {
    if (content === null) return [{ label: part, value: say("record.written.unknown") }];
    if (typeof content !== "object" || Array.isArray(content))
      return [{ label: part, value: text(content) }];
    return Object.entries(content).map(([key, value]) => ({
      label: part === "public" ? say("record.written.public", { key }) : key,
      value: text(value),
    }));
  });
}
