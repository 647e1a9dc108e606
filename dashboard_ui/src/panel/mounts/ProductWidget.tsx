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
import { say } from "../words/say";
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
                {depth > 1
                  ? say("mounts.product.steps", { count: format.count(depth) })
                  : say("mounts.product.direct")}
              </Muted>
            </div>
            <span className="figure">{say("mounts.product.followed", { count: count - 1 })}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Beginning({ productId, most }: { productId: string; most: number }) {
  return (
    <Answered question={useCascade(productId)} loading={say("spread.path.loading")} lines={4}>
      {(cascade) =>
        followersOf(cascade) === 0 ? (
          <Empty title={say("mounts.product.none")}>{say("mounts.product.none.why")}</Empty>
        ) : (
          <div className="stack">
            <Text as="p" size={3}>
              {spreadWords(cascade)}
            </Text>
            <Section title={say("mounts.product.who")}>
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
      <Answered
        question={useSpread(productId, "all")}
        loading={say("spread.purchases.loading")}
        lines={6}
      >
        {(spread) =>
          spread.first_at === null ? (
            <Empty title={say("mounts.product.unsold")}>{say("mounts.product.unsold.when")}</Empty>
          ) : (
            <>
              <SpreadChart
                title={say("spread.purchases.title", { name })}
                spread={spread}
                steps={filled(spread)}
                at={null}
              />
              <Beginning productId={productId} most={SHOWN} />
              <PlaceLink to={productPlace(productId)}>{say("mounts.product.title")}</PlaceLink>
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
    <About params={["productId"]} of="product" title={say("mounts.product.title")} wide>
      {(productId) => (
        <div className="stack">
          <ProductView productId={productId} />
          <Beginning productId={productId} most={Infinity} />
        </div>
      )}
    </About>
  );
}
