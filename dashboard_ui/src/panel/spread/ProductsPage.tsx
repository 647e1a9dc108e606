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

type ProductSpreads = components["schemas"]["ProductSpreads"];

function Missing({ found }: { found: ProductSpreads }) {
  if (found.as_of === null) {
    return (
      <Empty title="Nothing has been calculated yet">
        The list comes with the first run. <PlaceLink to="/runs">Runs</PlaceLink>
      </Empty>
    );
  }
  if (!found.any_ties) {
    return (
      <Empty title="No ties between customers yet">
        A product spreads where somebody buys it after a customer they are tied to. Ties come from
        redeemed personal codes, used gift cards and lists.{" "}
        <PlaceLink to="/ties">Add ties</PlaceLink>
      </Empty>
    );
  }
  return (
    <Empty title="No product has spread yet">
      Nobody has bought a product within thirty days after a customer they are tied to. The next run
      looks again.
    </Empty>
  );
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
            <th scope="col">Product</th>
            <th scope="col" className="cell-number">
              Purchases
            </th>
            <th scope="col" className="cell-number">
              Tied
            </th>
            <th scope="col" className="cell-number">
              By customers
            </th>
            <th scope="col" className="cell-number">
              Counted
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
    <AppPage title="How products spread">
      <div className="cards">
        <Card title="Products that spread most" wide>
          <GoodsSearch
            kind="product"
            label="Another product"
            chosen={[]}
            onChoose={({ id }) => {
              go(productPlace(id));
            }}
          />
          <Answered question={useProductSpreads()} loading="Loading the products" lines={6}>
            {(found) =>
              found.products.length === 0 ? (
                <Missing found={found} />
              ) : (
                <>
                  <ProductTable found={found} />
                  {found.as_of && (
                    <Muted>
                      By the run as of {format.moment(found.as_of)}. Tied purchases came after one
                      of somebody the buyer is tied to. Not all of them are because of it: the last
                      column is how many are counted.
                    </Muted>
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
