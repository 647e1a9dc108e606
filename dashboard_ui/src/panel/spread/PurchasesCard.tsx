// A product's purchases in time: the picture, and beside it the list of its steps for keyboard and reader.

import { useRef, useState } from "react";

import { type Period, type Spread, useSpread } from "../api/products";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { KeyList } from "../parts/KeyList";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { downloadPicture } from "./picture";
import { SpreadChart } from "./SpreadChart";
import { filled } from "./steps";
import { stepWords } from "./words";

const PERIODS: readonly (readonly [Period, string])[] = [
  ["all", "All of its time"],
  ["first-days", "Its first seven days, by the hour"],
  ["last-days", "Its last ninety days"],
];

const PRICES: Record<Spread["prices"], string> = {
  known:
    "Marks below the axis are changes of the list price. A time is below list price where half of its purchases or more were; with a dashed edge most of these used a voucher code.",
  several:
    "It is sold at several list prices at once, as variants may be, so changes of price are not drawn.",
  unknown:
    "List prices are known of orders that Saleor has told of since the app was updated. There are none here yet.",
};

function Picture({ spread, name }: { spread: Spread; name: string }) {
  const { format } = useShop();
  const [chosen, setChosen] = useState<number | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const steps = filled(spread);
  const first = steps.findIndex((one) => one.purchases > 0);
  const at = Math.min(chosen ?? Math.max(0, first), steps.length - 1);
  const title = `How ${name} sold`;
  return (
    <>
      <Text as="p" size={3}>
        {spread.sentence}
      </Text>
      <div className="spread-beside">
        <SpreadChart ref={picture} {...{ title, spread, steps, at, onChoose: setChosen }} />
        <KeyList
          label={`Purchases by ${spread.step}`}
          items={steps.map((one) => ({ id: one.at, words: stepWords(one, spread, format) }))}
          at={at}
          onChoose={setChosen}
        />
      </div>
      <Muted>
        {PRICES[spread.prices]} Times are UTC.{" "}
        {spread.state === "counted" && "The grey upright lines are 90% intervals. "}A purchase after
        somebody the buyer is tied to is not by itself because of them.
      </Muted>
      <div>
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            if (picture.current) downloadPicture(picture.current, title);
          }}
        >
          Download the picture
        </Button>
      </div>
    </>
  );
}

export function PurchasesCard({ productId, name }: { productId: string; name: string }) {
  const [period, setPeriod] = useState<Period>("all");
  const question = useSpread(productId, period);
  return (
    <Card title="Purchases in time" wide>
      <Answered question={question} loading="Counting its purchases" lines={8}>
        {(spread) =>
          spread.first_at === null ? (
            <Empty title="No purchase of it is known yet">
              It is counted as soon as an order with it is paid. Refunded and cancelled orders and
              free gifts are no purchases.
            </Empty>
          ) : (
            <>
              <div className="choices">
                <Choice label="Time" options={PERIODS} value={period} onChoose={setPeriod} />
              </div>
              <Picture key={spread.period} spread={spread} name={name} />
            </>
          )
        }
      </Answered>
    </Card>
  );
}
