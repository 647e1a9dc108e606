// The suggestion that some seats are for quiet, loyal customers.

import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import type { StepProps } from "./Steps";

const SHARE = "20";

export function RegularsHint({ draft, onChange }: StepProps) {
  if (Number(draft.regulars) > 0) {
    return (
      <Muted>
        {draft.regulars} per cent of them are drawn from everybody with two paid orders or more.
      </Muted>
    );
  }
  return (
    <Notice
      tone="info"
      title="Quiet, loyal customers count too"
      action={{
        label: `Reserve ${SHARE} per cent for them`,
        run: () => {
          onChange({ regulars: SHARE });
        },
      }}
    >
      Say above for how many customers the programme is, and some of the seats are drawn from
      everybody with two paid orders or more.
    </Notice>
  );
}
