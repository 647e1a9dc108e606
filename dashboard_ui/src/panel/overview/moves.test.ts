import { expect, it } from "vitest";

import type { Move } from "../api/overview";
import { createFormat } from "../format/format";
import { whyMoved } from "./moves";

const euros = (amount: string) => ({ amount, currency: "EUR" });

it("a move is told with what happened, and then with the amounts", () => {
  const move: Move = {
    customer_id: "anna",
    value_before: euros("120.00"),
    value_after: euros("180.00"),
    change: euros("60.00"),
    verdict_before: "not enough evidence",
    verdict_after: "leads",
    entered: [],
    left: [],
    terms: [{ term: "clv", before: euros("120.00"), after: euros("180.00") }],
    orders: 2,
    code_orders: -1,
    reasons: [],
  };
  expect(whyMoved(move, createFormat("en"))).toEqual([
    "2 more paid orders of their own",
    "1 fewer order with their code",
    "Now: Leads",
    "Expected own purchases: €120 before, €180 now",
  ]);
});
