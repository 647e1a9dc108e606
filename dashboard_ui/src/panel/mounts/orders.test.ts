import { expect, it } from "vitest";

import { sinceWords } from "./orders";

const led = (people: number, orders: number, counted: number) =>
  sinceWords({ people, orders, counted_orders: counted, newest: [] });

it("says who followed an order's customer, and how much of it counts", () => {
  expect(led(0, 0, 0)).toBe("Nobody who is tied to this customer has bought the same since.");
  expect(led(1, 1, 1)).toBe(
    "1 person bought the same after this customer, in 1 order. 1 of them counts.",
  );
  expect(led(3, 4, 2)).toBe(
    "3 people bought the same after this customer, in 4 orders. 2 of them count.",
  );
  expect(led(3, 4, 0)).toMatch(/None of it is counted\.$/);
});
