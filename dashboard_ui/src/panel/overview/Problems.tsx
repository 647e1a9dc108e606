// Trouble that needs a person, at the top of the page.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Notice } from "../parts/Notice";

export function Problems({ problems }: Pick<Overview, "problems">) {
  const { format } = useShop();
  if (problems.length === 0) return null;
  return (
    <ul className="problems card-wide" aria-label="Problems">
      {problems.map(({ key, message, since }) => (
        <li key={key}>
          <Notice tone="critical" title={message}>
            Since {format.moment(since)}
          </Notice>
        </li>
      ))}
    </ul>
  );
}
