// Products that the same customers buy more often than by chance; names come from Saleor.

import { useGoodsNames } from "../api/goodsQuestions";
import type { Insights } from "../api/insights";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { DashboardLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import css from "./insights.module.css";

export function SellsTogetherCard({ together }: { together: Insights["sells_together"] }) {
  const { format } = useShop();
  const ids = [...new Set(together.pairs.flatMap((pair) => [pair.product_id, pair.other_id]))];
  const names = useGoodsNames("product", ids);
  const link = (id: string) => (
    <DashboardLink to={`/products/${encodeURIComponent(id)}`}>
      {names.data?.get(id) ?? id}
    </DashboardLink>
  );
  return (
    <Card title="What sells together" wide>
      <Text as="p" size={3}>
        {together.sentence}
      </Text>
      {together.pairs.length > 0 && (
        <ol className={`rows ${css.pairs}`}>
          {together.pairs.map((pair) => (
            <li key={`${pair.product_id} ${pair.other_id}`} className="row">
              <div>
                {link(pair.product_id)} <span className="muted">and</span> {link(pair.other_id)}
                <Muted>{pair.sentence}</Muted>
              </div>
              <span className="figure row-money">
                {format.decimal(pair.times)}
                <span className="facts-note muted">times</span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {names.isError && (
        <Muted>Saleor did not share the products&apos; names with your account.</Muted>
      )}
    </Card>
  );
}
