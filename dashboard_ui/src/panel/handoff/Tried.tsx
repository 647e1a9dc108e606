// What came of a test.

import type { components } from "../../schema";
import { Notice } from "../parts/Notice";
import { say } from "../words/say";

export function Tried({ answer }: { answer: components["schemas"]["HandOffAnswer"] | undefined }) {
  if (answer === undefined) return null;
  return (
    <Notice
      tone={answer.taken ? "info" : "warning"}
      title={say(answer.taken ? "handoff.works" : "handoff.works.not")}
    >
      {answer.answer}
    </Notice>
  );
}
