// Trouble that needs a person, at the top of the page, each with the way to mend it.

import type { Overview } from "../api/questions";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Notice } from "../parts/Notice";
import { say } from "../words/say";
import { mendingOf } from "./mending";

function Trouble({ problem }: { problem: Overview["problems"][number] }) {
  const { format } = useShop();
  const { go } = usePlace();
  const { label, to, text } = mendingOf(problem.key);
  const action =
    label !== undefined && to !== undefined
      ? {
          label: say(label),
          run: () => {
            go(to);
          },
        }
      : undefined;
  return (
    <Notice tone="critical" title={problem.message} action={action}>
      {text && say(text)} {say("overview.problems.since", { when: format.moment(problem.since) })}
    </Notice>
  );
}

export function Problems({ problems }: Pick<Overview, "problems">) {
  if (problems.length === 0) return null;
  return (
    <ul className="problems card-wide" aria-label={say("overview.problems")}>
      {problems.map((problem) => (
        <li key={problem.key}>
          <Trouble problem={problem} />
        </li>
      ))}
    </ul>
  );
}
