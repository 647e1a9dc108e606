// Four scores from 1 to 100; each opens to what it is made of.

import { Text } from "@saleor/macaw-ui";

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { type Score, scoresOf } from "./scores";

function Opened({ score }: { score: Score }) {
  return (
    <li>
      <details className="score">
        <summary>
          <span className="score-name">{score.label}</span>
          {score.value !== null && (
            <meter
              className="score-bar"
              min={0}
              max={100}
              value={score.value}
              aria-label={score.label}
            />
          )}
          <span className="figure score-value">{score.value ?? "–"}</span>
        </summary>
        <div className="score-inputs">
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
      title="Scores"
      action={
        customer.score !== null && (
          <Text as="p" size={5} fontWeight="medium" className="figure">
            {customer.score} <span className="muted score-of">of 100</span>
          </Text>
        )
      }
    >
      <Muted>
        {known
          ? "Their place among customers with enough evidence: 50 is the middle. Open one to see what it is made of. No score changes the money, and no tie of a social network is in these four."
          : "Only customers with enough evidence have scores. What they would be made of:"}
      </Muted>
      <ul className="scores">
        {scores.map((score) => (
          <Opened key={score.label} score={score} />
        ))}
      </ul>
    </Card>
  );
}
