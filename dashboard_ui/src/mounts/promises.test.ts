import { expect, it } from "vitest";

import { promiseFor } from "./promises";

it.each([
  "/widgets/voucher",
  "/widgets/home",
  "/popups/customer",
  "/popups/customers",
  "/customers",
  "/discounts",
])("%s says plainly what will be there", (place) => {
  const { title, text } = promiseFor(place);
  expect(title).not.toBe(promiseFor("/elsewhere").title);
  expect(text).toContain("will be");
});
