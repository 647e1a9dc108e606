// Why a customer's value moved, in words: what happened first, then the amounts that follow from it.

import type { Move } from "../api/overview";
import { verdictName } from "../customer/words";
import type { Format } from "../format/format";
import { say } from "../words/say";

function counted(of: "orders" | "codes", change: number): string[] {
  if (change === 0) return [];
  const way = change > 0 ? "more" : "fewer";
  return [say(`overview.move.${of}.${way}`, { count: Math.abs(change) })];
}

export function whyMoved(move: Move, format: Format): string[] {
  const { verdict_before: before, verdict_after: after } = move;
  const verdict =
    after !== null && before !== after
      ? [say("overview.move.verdict", { verdict: verdictName(after) })]
      : [];
  return [
    ...counted("orders", move.orders),
    ...counted("codes", move.code_orders),
    ...verdict,
    ...move.terms.map(({ term, before: was, after: now }) =>
      say("overview.move.term", {
        term: say(`overview.term.${term}`),
        was: format.estimate(was),
        now: format.estimate(now),
      }),
    ),
  ];
}
