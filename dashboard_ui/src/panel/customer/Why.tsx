// The reasons behind the value, as sentences.

import { Section } from "../parts/Section";
import { say } from "../words/say";

export function Why({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0) return null;
  return (
    <Section title={say("customer.why")}>
      <ul className="reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </Section>
  );
}
