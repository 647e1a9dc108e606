// Uses of codes in words, and what those of a voucher come to.

import type { PersonalCode } from "../api/codes";
import type { Money } from "../api/questions";
import { say } from "../words/say";

interface Uses {
  byOthers: number;
  byOwner: number;
}

/** "3 orders by others, 1 order of their own" */
export function usesWords({ byOthers, byOwner }: Uses): string {
  if (byOthers > 0 && byOwner > 0) return say("voucher.uses", { byOthers, byOwner });
  if (byOthers > 0) return say("voucher.uses.others", { byOthers });
  return byOwner > 0 ? say("voucher.uses.own", { byOwner }) : say("voucher.uses.none");
}

export interface VoucherUses extends Uses {
  /** Codes whose crediting is paused. */
  leaks: number;
  /** What others paid, by currency. */
  paid: Money[];
}

export function totalOf(codes: readonly PersonalCode[]): VoucherUses {
  const paid = new Map<string, number>();
  for (const { amount, currency } of codes.flatMap((code) => code.uses.paid)) {
    paid.set(currency, (paid.get(currency) ?? 0) + Number(amount));
  }
  return {
    byOthers: codes.reduce((sum, { uses }) => sum + uses.by_others, 0),
    byOwner: codes.reduce((sum, { uses }) => sum + uses.by_owner, 0),
    leaks: codes.filter(({ leak }) => leak !== null).length,
    paid: [...paid].map(([currency, sum]) => ({ currency, amount: sum.toFixed(2) })),
  };
}

/** Those that leak come first, then those that others used most. */
export function byUse(codes: readonly PersonalCode[]): PersonalCode[] {
  const leaks = ({ leak }: PersonalCode) => Number(leak !== null);
  return [...codes].sort(
    (one, other) => leaks(other) - leaks(one) || other.uses.by_others - one.uses.by_others,
  );
}
