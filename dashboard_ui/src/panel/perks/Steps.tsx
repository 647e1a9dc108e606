// The steps of the wizard, and what each of them is given.

import type { Draft } from "./draft";
import type { Lacks } from "./lacks";
import { say } from "../words/say";

export const STEPS = ["whom", "what", "limits", "check"] as const;

/** "2. What" */
export const stepWords = (step: number, name: (typeof STEPS)[number]) =>
  `${step + 1}. ${say(`plan.step.${name}`)}`;

export interface StepProps {
  draft: Draft;
  lacks: Lacks;
  onChange: (part: Partial<Draft>) => void;
}

export function Steps({ at, onGo }: { at: number; onGo: (step: number) => void }) {
  return (
    <ol className="steps" aria-label={say("plan.steps")}>
      {STEPS.map((name, step) => (
        <li key={name}>
          <button
            type="button"
            className="link"
            disabled={step > at}
            aria-current={step === at ? "step" : undefined}
            onClick={() => {
              onGo(step);
            }}
          >
            {stepWords(step, name)}
          </button>
        </li>
      ))}
    </ol>
  );
}
