// The score, and four others that explain it; each opens to what it is made of.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import { type Score, scoresOf } from "./scores";
import css from "./evidence.module.css";
import { say } from "../words/say";

function Opened({ score }: { score: Score }) {
  return (
    <li>
      <details className="score">
        <summary>
          <span className="score-name">{score.label}</span>
          {score.value !== null && (
            <meter
              className={css["score-bar"]}
              min={0}
              max={100}
              value={score.value}
              aria-label={score.label}
            />
          )}
          <span className={`figure ${css["score-value"]}`}>{score.value ?? "–"}</span>
        </summary>
        <div className={css["score-inputs"]}>
          <Muted>{score.means}</Muted>
          <Facts facts={score.inputs} />
        </div>
      </details>
    </li>
  );
}

export function ScoresCard({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const scores = scoresOf(customer, format);
  const known = scores.some(({ value }) => value !== null);
  return (
    <Card
      title={say("record.scores")}
      action={
        customer.score !== null && (
          <Text as="p" size={5} fontWeight="medium" className="figure">
            {customer.score}{" "}
            <span className={`muted ${css["score-of"]}`}>{say("record.scores.of")}</span>
          </Text>
        )
      }
    >
      {customer.score !== null && customer.follow_on_money && (
        <Muted>
          {say("record.scores.next", {
            money: format.estimate(customer.follow_on_money),
            score: customer.score,
          })}
        </Muted>
      )}
      <Muted>{known ? say("record.scores.what") : say("record.scores.few")}</Muted>
      <ul className={css.scores}>
        {scores.map((score) => (
          <Opened key={score.label} score={score} />
        ))}
      </ul>
    </Card>
  );
}
