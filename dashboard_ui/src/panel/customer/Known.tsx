// How much is known of a customer's own purchases.

import type { CustomerValue } from "../api/questions";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { EVIDENCE } from "./words";
import css from "./customer.module.css";
import { say } from "../words/say";

export function Known({ customer }: { customer: CustomerValue }) {
  const { word, step } = EVIDENCE[customer.evidence];
  return (
    <Section title={say("customer.known")}>
      <div className="level">
        <Text as="p" size={3} fontWeight="medium">
          {say(word)}
        </Text>
        <span className={css["level-steps"]} aria-hidden>
          {[1, 2, 3].map((n) => (
            <span
              key={n}
              className={
                n <= step ? `${css["level-step"]} ${css["level-step-on"]}` : css["level-step"]
              }
            />
          ))}
        </span>
      </div>
      <Muted>{customer.evidence_sentence}</Muted>
    </Section>
  );
}
