// Products that the same customers buy more often than by chance; names come from Saleor.

import { useGoodsNames } from "../api/goodsQuestions";
import type { Insights } from "../api/insights";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { DashboardLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { say } from "../words/say";
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
    <Card title={say("overview.pairs.title")} wide>
      <Text as="p" size={3}>
        {together.sentence}
      </Text>
      {together.pairs.length > 0 && (
        <ol className={`rows ${css.pairs}`}>
          {together.pairs.map((pair) => (
            <li key={`${pair.product_id} ${pair.other_id}`} className="row">
              <div>
                {link(pair.product_id)} <span className="muted">{say("overview.pairs.and")}</span>{" "}
                {link(pair.other_id)}
                <Muted>{pair.sentence}</Muted>
              </div>
              <span className="figure row-money">
                {format.decimal(pair.times)}
                <span className="facts-note muted">{say("overview.pairs.times")}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {names.isError && <Muted>{say("overview.pairs.names.hidden")}</Muted>}
    </Card>
  );
}
