// Each segment with the reason for being in it.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { Text } from "../parts/Text";

export function Segments({ segments }: { segments: CustomerValue["segments"] }) {
  const { format } = useShop();
  return (
    <Section title="Segments">
      {segments.length === 0 ? (
        <Muted>In no segment at present.</Muted>
      ) : (
        <ul className="segments">
          {segments.map(({ name, title, since, reason }) => (
            <li key={name}>
              <Text as="p" size={3} fontWeight="medium">
                {title}
              </Text>
              <Text as="p" size={3}>
                {reason}
              </Text>
              <Muted>Since {format.day(since)}</Muted>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
