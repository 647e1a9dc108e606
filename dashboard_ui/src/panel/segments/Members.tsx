// The first of those who would be in, each with the reason, and which other segments they are in.

import { usePeople } from "../api/questions";
import type { SegmentPreview } from "../api/segments";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { nameOf } from "../parts/CustomerLink";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { say } from "../words/say";

export function Examples({ sample }: Pick<SegmentPreview, "sample">) {
  const people = usePeople(sample.map((one) => one.customer_id));
  return (
    <section className="section" aria-label={say("segments.examples")}>
      <Text as="h3" size={3} fontWeight="medium">
        {say("segments.examples.why")}
      </Text>
      <ul className="rows">
        {sample.map(({ customer_id: id, reason }) => (
          <li key={id} className="row">
            <div>
              <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
              <Muted>{reason}</Muted>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Overlap({ found }: { found: SegmentPreview }) {
  const { format } = useShop();
  return (
    <section className="section" aria-label={say("segments.overlap")}>
      <Text as="h3" size={3} fontWeight="medium">
        {say("segments.overlap.others")}
      </Text>
      {found.overlap.length === 0 ? (
        <Muted>{say("segments.overlap.none")}</Muted>
      ) : (
        <Facts
          facts={found.overlap.map(({ name, title, both }) => ({
            label: name,
            shown: title,
            value: format.count(both),
            note: format.percent(both / Math.max(found.size, 1)),
          }))}
        />
      )}
    </section>
  );
}
