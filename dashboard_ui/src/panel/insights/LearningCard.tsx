// How much of the customers' influence is known, and which steps teach most for each message.

import type { Learning, NextStep } from "../api/insights";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { Card } from "../parts/Card";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { say } from "../words/say";
import css from "./insights.module.css";

function Step({ step, person }: { step: NextStep; person: Person | undefined }) {
  return (
    <li className="row">
      <div>
        {step.customer_id === null ? (
          <span>{say("overview.customers.all")}</span>
        ) : (
          <CustomerLink customerId={step.customer_id} person={person} brief />
        )}
        <div>
          <PlaceLink to={step.place}>{step.title}</PlaceLink>
        </div>
      </div>
      <span className="figure row-money">
        {step.teaches}
        <span className="facts-note muted">{step.effort}</span>
      </span>
    </li>
  );
}

export function LearningCard({ learning }: { learning: Learning }) {
  const { sentence, steps } = learning;
  const people = usePeople(steps.flatMap(({ customer_id: id }) => (id === null ? [] : [id])));
  return (
    <Card title={say("overview.learn.title")}>
      <Text as="p" size={3}>
        {sentence}
      </Text>
      {steps.length > 0 && (
        <>
          <ol className={`rows ${css["first-steps"]}`}>
            {steps.map((step) => (
              <Step
                key={`${step.kind} ${step.customer_id ?? ""}`}
                step={step}
                person={people.data?.get(step.customer_id ?? "")}
              />
            ))}
          </ol>
          <Muted>{say("overview.learn.what")}</Muted>
        </>
      )}
    </Card>
  );
}
