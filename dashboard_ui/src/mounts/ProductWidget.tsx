// On a product: how many bought it after somebody they know, and who began that.

import { Text } from "@saleor/macaw-ui";

import { type Cascade, useCascade } from "../api/products";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Answered } from "../parts/Answered";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { About } from "./About";
import { followersOf, spreadWords } from "./spread";

const SHOWN = 5;

function Beginners({ cascade, most }: { cascade: Cascade; most: number }) {
  const { format } = useShop();
  const trees = cascade.trees.filter((tree) => tree.people > 1).slice(0, most);
  const people = usePeople(trees.map((tree) => tree.root_id));
  const verdicts = new Map(cascade.people.map((one) => [one.customer_id, one.verdict]));
  return (
    <ul className="rows">
      {trees.map(({ root_id: id, people: count, depth }) => {
        const verdict = verdicts.get(id);
        return (
          <li key={id} className="row">
            <div className="topic">
              <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
              {verdict && <VerdictChip verdict={verdict} />}
              <Muted>
                {depth > 1 ? `Passed on over ${format.count(depth)} steps` : "Directly"}
              </Muted>
            </div>
            <span className="figure">{format.count(count - 1)} followed</span>
          </li>
        );
      })}
    </ul>
  );
}

function Product({ productId, most }: { productId: string; most: number }) {
  const { format } = useShop();
  return (
    <Answered question={useCascade(productId)} loading="Looking how it spread" lines={4}>
      {(cascade) =>
        followersOf(cascade) === 0 ? (
          <Empty title="Nobody is known to have followed">
            Nobody who bought this is tied to somebody who bought it shortly before.
          </Empty>
        ) : (
          <div className="stack">
            <Text as="p" size={3}>
              {spreadWords(cascade, format)}
            </Text>
            <Section title="Who was followed">
              <Beginners cascade={cascade} most={most} />
            </Section>
          </div>
        )
      }
    </Answered>
  );
}

export function ProductWidget() {
  return (
    <About params={["productId"]} of="product">
      {(productId) => <Product productId={productId} most={SHOWN} />}
    </About>
  );
}

export function ProductPopup() {
  return (
    <About params={["productId"]} of="product" title="How this product spread">
      {(productId) => <Product productId={productId} most={Infinity} />}
    </About>
  );
}
