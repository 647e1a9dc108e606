// The products that spread most from customer to customer, and the way to any other.

import { useGoodsNames } from "../api/goodsQuestions";
import { type components } from "../../schema";
import { useProductSpreads } from "../api/products";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { GoodsSearch } from "../parts/GoodsSearch";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { productPlace } from "./place";
import { say } from "../words/say";

type ProductSpreads = components["schemas"]["ProductSpreads"];

function Missing({ found }: { found: ProductSpreads }) {
  if (found.as_of === null) {
    return (
      <Empty title={say("products.none.run")}>
        {say("products.none.run.how")} <PlaceLink to="/runs">{say("parts.place.runs")}</PlaceLink>
      </Empty>
    );
  }
  if (!found.any_ties) {
    return (
      <Empty title={say("products.none.ties")}>
        {say("products.none.ties.how")} <PlaceLink to="/ties">{say("spread.ties.add")}</PlaceLink>
      </Empty>
    );
  }
  return <Empty title={say("products.none")}>{say("products.none.how")}</Empty>;
}

function ProductTable({ found }: { found: ProductSpreads }) {
  const { format } = useShop();
  const names = useGoodsNames(
    "product",
    found.products.map((one) => one.product_id),
  );
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("products.product")}</th>
            <th scope="col" className="cell-number">
              {say("products.purchases")}
            </th>
            <th scope="col" className="cell-number">
              {say("products.tied")}
            </th>
            <th scope="col" className="cell-number">
              {say("products.followers")}
            </th>
            <th scope="col" className="cell-number">
              {say("products.counted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.products.map(({ product_id: id, purchases, tied, followers, brought }) => (
            <tr key={id}>
              <th scope="row">
                <PlaceLink to={productPlace(id)}>{names.data?.get(id) ?? id}</PlaceLink>
              </th>
              <td className="figure cell-number">{format.count(purchases)}</td>
              <td className="figure cell-number">{format.count(tied)}</td>
              <td className="figure cell-number">{format.count(followers)}</td>
              <td className="figure cell-number">{format.decimal(brought)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ProductsPage() {
  const { go } = usePlace();
  const { format } = useShop();
  return (
    <AppPage title={say("products.title")}>
      <div className="cards">
        <Card title={say("products.card")} wide>
          <GoodsSearch
            kind="product"
            label={say("products.another")}
            chosen={[]}
            onChoose={({ id }) => {
              go(productPlace(id));
            }}
          />
          <Answered question={useProductSpreads()} loading={say("products.loading")} lines={6}>
            {(found) =>
              found.products.length === 0 ? (
                <Missing found={found} />
              ) : (
                <>
                  <ProductTable found={found} />
                  {found.as_of && (
                    <Muted>{say("products.note", { when: format.moment(found.as_of) })}</Muted>
                  )}
                </>
              )
            }
          </Answered>
        </Card>
      </div>
    </AppPage>
  );
}
