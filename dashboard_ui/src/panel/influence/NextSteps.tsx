// How a shop comes to know who brings whom, where too little is known to count anything.

import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

const STEPS = [
  ["/ties", "overview.next.ties"],
  ["/discounts", "overview.next.codes"],
  ["/settings", "overview.next.survey"],
] as const;

export function NextSteps() {
  return (
    <>
      <Muted>{say("overview.next")}</Muted>
      <ul className="reasons">
        {STEPS.map(([to, word]) => (
          <li key={to}>
            <PlaceLink to={to}>{say(word)}</PlaceLink>
          </li>
        ))}
      </ul>
    </>
  );
}
