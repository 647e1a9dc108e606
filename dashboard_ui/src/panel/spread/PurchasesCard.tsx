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
import type { Key } from "../words/keys";
import { say } from "../words/say";
import css from "./spread.module.css";

const PERIODS: readonly (readonly [Period, Key])[] = [
  ["all", "spread.period.all"],
  ["first-days", "spread.period.firstdays"],
  ["last-days", "spread.period.lastdays"],
];

function Picture({ spread, name }: { spread: Spread; name: string }) {
  const { format } = useShop();
  const [chosen, setChosen] = useState<number | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const steps = filled(spread);
  const first = steps.findIndex((one) => one.purchases > 0);
  const at = Math.min(chosen ?? Math.max(0, first), steps.length - 1);
  const title = say("spread.purchases.title", { name });
  const told = [
    say(`spread.prices.${spread.prices}`),
    say("spread.utc"),
    spread.state === "counted" && say("spread.intervals"),
    say("spread.because"),
  ];
  return (
    <>
      <Text as="p" size={3}>
        {spread.sentence}
      </Text>
      <div className={css["spread-beside"]}>
        <SpreadChart ref={picture} {...{ title, spread, steps, at, onChoose: setChosen }} />
        <KeyList
          label={say("spread.purchases.by", { step: spread.step })}
          items={steps.map((one) => ({ id: one.at, words: stepWords(one, spread, format) }))}
          at={at}
          onChoose={setChosen}
        />
      </div>
      <Muted>{told.filter(Boolean).join(" ")}</Muted>
      <div>
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            if (picture.current) downloadPicture(picture.current, title);
          }}
        >
          {say("spread.purchases.download")}
        </Button>
      </div>
    </>
  );
}

export function PurchasesCard({ productId, name }: { productId: string; name: string }) {
  const [period, setPeriod] = useState<Period>("all");
  const question = useSpread(productId, period);
  return (
    <Card title={say("spread.purchases")} wide>
      <Answered question={question} loading={say("spread.purchases.loading")} lines={8}>
        {(spread) =>
          spread.first_at === null ? (
            <Empty title={say("spread.purchases.none")}>{say("spread.purchases.none.why")}</Empty>
          ) : (
            <>
              <div className="choices">
                <Choice
                  label={say("spread.period")}
                  options={PERIODS.map(([one, key]) => [one, say(key)] as const)}
                  value={period}
                  onChoose={setPeriod}
                />
              </div>
              <Picture key={spread.period} spread={spread} name={name} />
            </>
          )
        }
      </Answered>
    </Card>
  );
}
