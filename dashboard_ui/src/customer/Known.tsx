// How much is known: the evidence level, what is missing, and the verdict, which may well be "not enough".

import { Text } from "@saleor/macaw-ui";
import { Scale } from "lucide-react";

import type { CustomerValue } from "../api/questions";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { capitalised, EVIDENCE } from "./words";

function Level({ evidence }: { evidence: CustomerValue["evidence"] }) {
  const { label, step } = EVIDENCE[evidence];
  return (
    <div className="level">
      <Text as="p" size={3} fontWeight="medium">
        {label}
      </Text>
      <span className="level-steps" aria-hidden>
        {[1, 2, 3].map((n) => (
          <span key={n} className={n <= step ? "level-step level-step-on" : "level-step"} />
        ))}
      </span>
    </div>
  );
}

export function Known({ customer }: { customer: CustomerValue }) {
  return (
    <Section title="How well we know">
      <Level evidence={customer.evidence} />
      <Muted>{customer.evidence_sentence}</Muted>
      <div className="verdict">
        <Scale aria-hidden className="verdict-icon" size={16} />
        <div>
          <Text as="p" size={3} fontWeight="medium">
            {capitalised(customer.verdict)}
          </Text>
          <Muted>{customer.verdict_sentence}</Muted>
        </div>
      </div>
    </Section>
  );
}
