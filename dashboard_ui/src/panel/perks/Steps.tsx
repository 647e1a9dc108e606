// The steps of the wizard, and what each of them is given.

import type { Draft } from "./draft";
import type { Lacks } from "./lacks";

export const STEPS = ["Whom", "What", "Limits", "Check"] as const;

export interface StepProps {
  draft: Draft;
  lacks: Lacks;
  onChange: (part: Partial<Draft>) => void;
}

export function Steps({ at, onGo }: { at: number; onGo: (step: number) => void }) {
  return (
    <ol className="steps" aria-label="Steps">
      {STEPS.map((label, step) => (
        <li key={label}>
          <button
            type="button"
            className="link"
            disabled={step > at}
            aria-current={step === at ? "step" : undefined}
            onClick={() => {
              onGo(step);
            }}
          >
            {step + 1}. {label}
          </button>
        </li>
      ))}
    </ol>
  );
}
