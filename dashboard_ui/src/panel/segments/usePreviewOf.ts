// Who would be in by what is written, asked once the writing rests.

import { useMemo } from "react";

import { type SegmentChoices, type SegmentDefinition, useSegmentPreview } from "../api/segments";
import type { Draft } from "./draft";
import { type Lacks, previewOf } from "./lacks";
import { useLater } from "../parts/useLater";

const REST_MS = 400;

export function usePreviewOf(draft: Draft, choices: SegmentChoices, lacks: Lacks) {
  const wanted = JSON.stringify(previewOf(draft, choices, lacks));
  const rested = useLater(wanted, REST_MS);
  const asked = useMemo(() => JSON.parse(rested) as SegmentDefinition | null, [rested]);
  return {
    question: useSegmentPreview(asked),
    isAsked: wanted !== "null",
    stale: wanted !== rested,
  };
}
