// What makes a customer another one than most: staff of the shop, or left out of the ledger.

import type { CustomerValue } from "../api/questions";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

interface Props {
  customer: CustomerValue;
  /** Whether nothing beside it says that they are left out. */
  saysExclusion?: boolean;
}

export function Standing({ customer, saysExclusion = true }: Props) {
  const { exclusion, is_staff: isStaff } = customer;
  return (
    <>
      {isStaff && <Muted>{say("customer.staff")}</Muted>}
      {saysExclusion && exclusion !== null && (
        <Muted>{say("customer.left", { reason: exclusion })}</Muted>
      )}
    </>
  );
}
