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
import { say } from "../words/say";

type Topic = CustomerValue["topics"][number];

function Row({ topic }: { topic: Topic }) {
  const { format } = useShop();
  return (
    <li className="row">
      <div className="topic">
        <div className="topic-head">
          <Text as="p" size={3} fontWeight="medium">
            {topic.name ?? say("record.topics.without")}
          </Text>
          <VerdictChip verdict={topic.verdict} />
        </div>
        <Text as="p" size={3}>
          {sentenceAfter(verdictName(topic.verdict), topic.sentence)}
        </Text>
        <Muted>{say(`record.rests.${topic.rests_on}`)}</Muted>
      </div>
      <div className={`${css["topic-money"]} figure`}>
        {format.money(topic.civ)}
        <span className="muted cell-note">{say("record.topics.civ")}</span>
      </div>
    </li>
  );
}

export function TopicsCard({ topics }: { topics: readonly Topic[] }) {
  return (
    <Card title={say("record.topics")} wide>
      {topics.length === 0 ? (
        <Empty title={say("record.topics.none")}>{say("record.topics.none.why")}</Empty>
      ) : (
        <>
          <Muted>{say("record.topics.what")}</Muted>
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
