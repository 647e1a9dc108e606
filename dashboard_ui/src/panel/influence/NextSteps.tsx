// How a shop comes to know who brings whom, where too little is known to count anything.

import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";

const STEPS = [
  ["/ties", "Import who knows whom"],
  ["/discounts", "Give customers personal codes"],
  ["/settings", "Ask customers who told them of the shop"],
] as const;

export function NextSteps() {
  return (
    <>
      <Muted>What you can do next:</Muted>
      <ul className="reasons">
        {STEPS.map(([to, label]) => (
          <li key={to}>
            <PlaceLink to={to}>{label}</PlaceLink>
          </li>
        ))}
      </ul>
    </>
  );
}
