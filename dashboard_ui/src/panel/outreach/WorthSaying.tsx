// What is worth saying to a customer, and a card with it to print.

import { type OutreachTask, useOutreachFacts } from "../api/outreach";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { nameOf } from "../parts/CustomerLink";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { cardOf, sentencesOf } from "./card";
import { say } from "../words/say";

interface Props {
  task: OutreachTask;
  title: string;
  brief: string;
  person: Person | undefined;
}

export function WorthSaying({ task, title, brief, person }: Props) {
  const { format } = useShop();
  return (
    <Answered
      question={useOutreachFacts(task.id)}
      loading={say("outreach.facts.loading")}
      lines={3}
    >
      {(facts) => {
        const said = sentencesOf(facts, format);
        return (
          <div className="answer">
            <ul className="rows" aria-label={say("outreach.facts")}>
              {said.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            <Button
              size="small"
              variant="secondary"
              disabled={person === undefined}
              onClick={() => {
                const lines = brief === "" ? said : [brief, ...said];
                const card = cardOf(title, nameOf(person, task.customer_id), lines);
                download(`card-${task.id}.html`, card, "text/html");
              }}
            >
              {say("outreach.card")}
            </Button>
            <Muted>{say("outreach.card.name")}</Muted>
          </div>
        );
      }}
    </Answered>
  );
}
