// A verdict as a label. "Not enough evidence" is no mark against anyone, so it stays grey.

import type { Verdict } from "../api/questions";
import { Chip } from "../parts/Chip";
import { VERDICTS } from "./words";
import { say } from "../words/say";

export function VerdictChip({ verdict }: { verdict: Verdict }) {
  const { word, tone, icon } = VERDICTS[verdict];
  return (
    <Chip tone={tone} icon={icon}>
      {say(word)}
    </Chip>
  );
}
