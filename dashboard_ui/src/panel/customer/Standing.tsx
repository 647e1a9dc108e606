// What makes a customer another one than most: staff of the shop, or left out of the ledger.

import type { CustomerValue } from "../api/questions";
import { Muted } from "../parts/Muted";
import { EXCLUSIONS } from "./words";

interface Props {
  customer: CustomerValue;
  /** Whether nothing beside it says that they are left out. */
  saysExclusion?: boolean;
}

export function Standing({ customer, saysExclusion = true }: Props) {
  const { exclusion, is_staff: isStaff } = customer;
  return (
    <>
      {isStaff && (
        <Muted>
          Staff of this shop: nothing is written into their record, and no perk is given to them.
        </Muted>
      )}
      {saysExclusion && exclusion !== null && (
        <Muted>
          Left out as {EXCLUSIONS[exclusion] ?? exclusion}: purchases of others count for nothing
          here.
        </Muted>
      )}
    </>
  );
}
