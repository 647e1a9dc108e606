// How this shop learns who brings whom: the next steps, the quickest first, and what the others brought.

import { CircleCheck } from "lucide-react";

import type { FirstStep } from "../api/insights";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { say } from "../words/say";
import { tieName } from "../ties/words";
import css from "./insights.module.css";

function OpenStep({ step }: { step: FirstStep }) {
  const { go } = usePlace();
  return (
    <li className="row row-stack">
      <div className="stack-small">
        <Text as="h3" size={3} fontWeight="medium">
          {step.title}
        </Text>
        <Muted>{step.text}</Muted>
        {step.needs.map((need) => (
          <Muted key={need}>{say("overview.steps.need", { need })}</Muted>
        ))}
      </div>
      <Button
        size="small"
        variant="secondary"
        onClick={() => {
          go(step.place);
        }}
      >
        {step.action}
      </Button>
    </li>
  );
}

function DoneStep({ step }: { step: FirstStep }) {
  const { format } = useShop();
  const kinds = Object.entries(step.ties).map(
    ([kind, count]) => `${tieName(kind)}: ${format.count(count)}`,
  );
  return (
    <li className="row row-stack">
      <div className="line line-wrap">
        <PlaceLink to={step.place}>{step.title}</PlaceLink>
        <Chip tone="success" icon={CircleCheck}>
          {say("overview.steps.done")}
        </Chip>
      </div>
      <Muted>{[step.sentence, kinds.join(", ")].filter(Boolean).join(" ")}</Muted>
    </li>
  );
}

export function FirstStepsCard({ steps }: { steps: readonly FirstStep[] }) {
  return (
    <Card title={say("overview.steps.title")}>
      <Muted>{say("overview.steps.what")}</Muted>
      <ol className={`rows ${css["first-steps"]}`}>
        {steps.map((step) =>
          step.is_done ? (
            <DoneStep key={step.key} step={step} />
          ) : (
            <OpenStep key={step.key} step={step} />
          ),
        )}
      </ol>
    </Card>
  );
}
