// How much of the customers' influence is known, and which steps teach most for each message.

import type { Learning, NextStep } from "../api/insights";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { Card } from "../parts/Card";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import css from "./insights.module.css";

function Step({ step, person }: { step: NextStep; person: Person | undefined }) {
  return (
    <li className="row">
      <div>
        {step.customer_id === null ? (
          <span>All customers</span>
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
    <Card title="What teaches most">
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
          <Muted>
            What each is expected to add within 90 days, for each message the most first. Nobody is
            in two steps, and nobody who had a perk or a letter within the last 90 days.
          </Muted>
        </>
      )}
    </Card>
  );
}
