// What is known of a customer in each category, with that category's own verdict.

import type { CustomerValue } from "../api/questions";
import { useShop } from "../bridge/shop";
import { sentenceAfter } from "../customer/Verdict";
import { VerdictChip } from "../customer/VerdictChip";
import { verdictName } from "../customer/words";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Text } from "../parts/Text";
import css from "./evidence.module.css";

type Topic = CustomerValue["topics"][number];

const RESTS_ON: Record<Topic["rests_on"], string> = {
  topic: "The figures rest on this category's own evidence.",
  customer:
    "This category says too little by itself: the figures lean on the customer's other categories.",
  shop: "Too little is known of this customer: the figures lean on the shop as a whole.",
};

function Row({ topic }: { topic: Topic }) {
  const { format } = useShop();
  return (
    <li className="row">
      <div className="topic">
        <div className="topic-head">
          <Text as="p" size={3} fontWeight="medium">
            {topic.name ?? "Without a category"}
          </Text>
          <VerdictChip verdict={topic.verdict} />
        </div>
        <Text as="p" size={3}>
          {sentenceAfter(verdictName(topic.verdict), topic.sentence)}
        </Text>
        <Muted>{RESTS_ON[topic.rests_on]}</Muted>
      </div>
      <div className={`${css["topic-money"]} figure`}>
        {format.money(topic.civ)}
        <span className="muted cell-note">of the CIV</span>
      </div>
    </li>
  );
}

export function TopicsCard({ topics }: { topics: readonly Topic[] }) {
  return (
    <Card title="By category" wide>
      {topics.length === 0 ? (
        <Empty title="No category stands out">
          Nobody tied to this customer bought in the same category after them.
        </Empty>
      ) : (
        <>
          <Muted>
            A category holds those inside it, so these amounts overlap. The verdict is each
            category&apos;s own.
          </Muted>
          <ul className="rows">
            {topics.map((topic) => (
              <Row key={topic.topic} topic={topic} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
