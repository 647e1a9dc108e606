// Each segment with the reason for being in it.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";
import { say } from "../words/say";

interface Props {
  segments: CustomerValue["segments"];
}

export function SegmentList({ segments }: Props) {
  const { format } = useShop();
  return (
    <ul className="segments">
      {segments.map(({ name, title, since, reason }) => (
        <li key={name}>
          <Text as="p" size={3} fontWeight="medium">
            {title}
          </Text>
          <Text as="p" size={3}>
            {reason}
          </Text>
          <Muted>{say("customer.since", { day: format.day(since) })}</Muted>
        </li>
      ))}
    </ul>
  );
}

export function Segments({ segments }: Props) {
  return (
    <Section title={say("parts.place.segments")}>
      <SegmentList segments={segments} />
    </Section>
  );
}
