// Uses of codes in words, and what those of a voucher come to.

import type { PersonalCode } from "../api/codes";
import type { Money } from "../api/questions";
import type { Format } from "../format/format";

interface Uses {
  byOthers: number;
  byOwner: number;
}

function orders(count: number, format: Format): string {
  return count === 1 ? "1 order" : `${format.count(count)} orders`;
}

/** "3 orders by others, 1 order of their own" */
export function usesWords({ byOthers, byOwner }: Uses, format: Format): string {
  const said = [
    ...(byOthers > 0 ? [`${orders(byOthers, format)} by others`] : []),
    ...(byOwner > 0 ? [`${orders(byOwner, format)} of their own`] : []),
  ];
  return said.length === 0 ? "Not used yet" : said.join(", ");
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
