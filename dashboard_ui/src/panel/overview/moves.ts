// Why a customer's value moved, in words: what happened first, then the amounts that follow from it.

import type { Move } from "../api/overview";
import { verdictName } from "../customer/words";
import type { Format } from "../format/format";

const TERMS: Record<Move["terms"][number]["term"], string> = {
  clv: "Expected own purchases",
  crv_expected: "Expected with their code",
  civ_expected: "Expected through influence",
  crv: "Brought by their code so far",
  civ: "Influence so far",
};

function counted(count: number, one: string, many: string, format: Format): string[] {
  if (count === 0) return [];
  const size = Math.abs(count);
  return [`${format.count(size)} ${count > 0 ? "more" : "fewer"} ${size === 1 ? one : many}`];
}

export function whyMoved(move: Move, format: Format): string[] {
  const { verdict_before: before, verdict_after: after } = move;
  const verdict = after !== null && before !== after ? [`Now: ${verdictName(after)}`] : [];
  return [
    ...counted(move.orders, "paid order of their own", "paid orders of their own", format),
    ...counted(move.code_orders, "order with their code", "orders with their code", format),
    ...verdict,
    ...move.terms.map(
      ({ term, before: was, after: now }) =>
        `${TERMS[term]}: ${format.estimate(was)} before, ${format.estimate(now)} now`,
    ),
  ];
}
