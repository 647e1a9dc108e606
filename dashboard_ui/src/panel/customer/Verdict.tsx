// The verdict in one plain sentence: with its interval, or with what is missing for one.

import type { CustomerValue } from "../api/questions";
import { sentenceCase } from "../format/format";
import { Text } from "../parts/Text";
import { verdictName, VERDICTS } from "./words";
import css from "./customer.module.css";
import { say } from "../words/say";

export function Verdict({ customer }: { customer: CustomerValue }) {
  const { word, icon: Icon } = VERDICTS[customer.verdict];
  const label = say(word);
  return (
    <div className="verdict">
      <Icon aria-hidden className={css["verdict-icon"]} size={16} />
      <div className={css["verdict-words"]}>
        <Text as="p" size={3} fontWeight="medium">
          {label}
        </Text>
        <Text as="p" size={3}>
          {sentenceAfter(label, customer.verdict_sentence)}
        </Text>
      </div>
    </div>
  );
}

/**
 * The sentence without the label that stands above it: "Proven: 3 orders…" → "3 orders…".
 * What a verdict lacks begins with a number, and says that it is missing.
 */
export function sentenceAfter(label: string, sentence: string): string {
  const start = `${label}: `;
  if (!sentence.startsWith(start)) return sentence;
  const rest = sentence.slice(start.length);
  if (label === verdictName("not enough evidence") && /^\d/.test(rest)) {
    return say("customer.verdict.missing", { what: rest });
  }
  return sentenceCase(rest);
}
