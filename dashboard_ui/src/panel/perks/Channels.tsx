// In which channels of the currency a programme holds.

import type { Channel } from "../api/operations";
import { Tick } from "../parts/Tick";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

export function Channels({
  draft,
  channels,
  onChange,
}: StepProps & { channels: readonly Channel[] }) {
  const here = channels.filter(({ currency }) => currency === draft.currency);
  if (["gift_card", "beta_invite", "outreach"].includes(draft.kind) || here.length < 2) return null;
  return (
    <fieldset className="stack-small">
      <legend className="muted">{say("plan.channels")}</legend>
      {here.map(({ slug, name }) => (
        <Tick
          key={slug}
          checked={!draft.without.includes(slug)}
          onTick={(isIn) => {
            const others = draft.without.filter((one) => one !== slug);
            onChange({ without: isIn ? others : [...others, slug] });
          }}
        >
          {name}
        </Tick>
      ))}
    </fieldset>
  );
}
