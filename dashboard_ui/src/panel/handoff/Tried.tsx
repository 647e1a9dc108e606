// What came of a test.

import type { components } from "../../schema";
import { Notice } from "../parts/Notice";

export function Tried({ answer }: { answer: components["schemas"]["HandOffAnswer"] | undefined }) {
  if (answer === undefined) return null;
  return (
    <Notice
      tone={answer.taken ? "info" : "warning"}
      title={answer.taken ? "It works" : "It does not work yet"}
    >
      {answer.answer}
    </Notice>
  );
}
