// Conditions of a programme's own, with how many meet them beside.

import type { SegmentChoices } from "../api/segments";
import { Muted } from "../parts/Muted";
import { Conditions } from "../segments/Conditions";
import { emptyDraft } from "../segments/draft";
import { conditionsLack, onlyBounds } from "../segments/lacks";
import { PreviewCard } from "../segments/PreviewCard";
import { usePreviewOf } from "../segments/usePreviewOf";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

export function OwnConditions(props: StepProps & { choices: SegmentChoices }) {
  const { draft, lacks, onChange, choices } = props;
  const found = conditionsLack(draft.conditions, choices);
  const asked = { ...emptyDraft(), name: "conditions", conditions: draft.conditions };
  const preview = usePreviewOf(asked, choices, found);
  return (
    <>
      <Conditions
        draft={draft}
        choices={choices}
        lacks={lacks.has("conditions") ? found : onlyBounds(found)}
        disabled={false}
        staying={false}
        onChange={(_, { conditions }) => {
          onChange({ conditions });
        }}
      />
      <Muted>{say("plan.conditions.later")}</Muted>
      <PreviewCard {...preview} moving={false} />
    </>
  );
}
