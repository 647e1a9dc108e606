// The suggestion that some seats are for quiet, loyal customers.

import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

const SHARE = "20";

export function RegularsHint({ draft, onChange }: StepProps) {
  if (Number(draft.regulars) > 0) {
    return <Muted>{say("plan.regulars.drawn", { share: draft.regulars })}</Muted>;
  }
  return (
    <Notice
      tone="info"
      title={say("plan.regulars.quiet")}
      action={{
        label: say("plan.regulars.reserve", { share: SHARE }),
        run: () => {
          onChange({ regulars: SHARE });
        },
      }}
    >
      {say("plan.regulars.how")}
    </Notice>
  );
}
