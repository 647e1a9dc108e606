// Sums of money as the rows show it, without a float in between.

import type { Money } from "../api/questions";

/** Whole cents of an amount with two decimals. */
export function cents(amount: string): number {
  return Math.round(Number(amount) * 100);
}

export function sumOf(rows: readonly Money[], currency: string): Money {
  const total = rows.reduce((sum, { amount }) => sum + cents(amount), 0);
  return { amount: (total / 100).toFixed(2), currency };
}
