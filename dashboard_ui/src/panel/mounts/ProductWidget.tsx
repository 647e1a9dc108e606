// On a product: how many bought it after somebody they know, and who began that.

import { type Cascade, useCascade, useSpread } from "../api/products";
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
import { Text } from "../parts/Text";
import { productPlace } from "../spread/place";
import { ProductView, useProductName } from "../spread/ProductView";
import { SpreadChart } from "../spread/SpreadChart";
import { filled } from "../spread/steps";
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

function Beginning({ productId, most }: { productId: string; most: number }) {
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

function Product({ productId }: { productId: string }) {
  const name = useProductName(productId);
  return (
    <div className="stack">
      <Answered question={useSpread(productId, "all")} loading="Counting its purchases" lines={6}>
        {(spread) =>
          spread.first_at === null ? (
            <Empty title="Not bought yet">
              From the first paid order on this shows how it sells, and who is followed.
            </Empty>
          ) : (
            <>
              <SpreadChart
                title={`How ${name} sold`}
                spread={spread}
                steps={filled(spread)}
                at={null}
              />
              <Beginning productId={productId} most={SHOWN} />
              <PlaceLink to={productPlace(productId)}>How this product spread</PlaceLink>
            </>
          )
        }
      </Answered>
    </div>
  );
}

export function ProductWidget() {
  return (
    <About params={["productId"]} of="product">
      {(productId) => <Product productId={productId} />}
    </About>
  );
}

export function ProductPopup() {
  return (
    <About params={["productId"]} of="product" title="How this product spread" wide>
      {(productId) => (
        <div className="stack">
          <ProductView productId={productId} />
          <Beginning productId={productId} most={Infinity} />
        </div>
      )}
    </About>
  );
}
