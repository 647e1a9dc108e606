// What the panel asks Saleor itself for, and what comes back.

import type { GoodsOfSaleor } from "./goods";
import type { CardNode, Channel } from "./operations";

export interface Person {
  id: string;
  name: string;
  email: string;
}

/** Somebody whose name Saleor has been asked for and has not told yet. */
export const ON_ITS_WAY: Person = { id: "", name: "…", email: "" };

/** Everybody, while their names are on their way. */
export const NOBODY_YET: Map<string, Person> = new (class extends Map<string, Person> {
  override get() {
    return ON_ITS_WAY;
  }
})();

/** What is on a gift card now. */
export interface GiftCard {
  id: string;
  balance: { amount: string; currency: string };
  expires: string | null;
  active: boolean;
}

export interface Saleor extends GoodsOfSaleor {
  people: (ids: readonly string[]) => Promise<Map<string, Person>>;
  customerOfOrder: (orderId: string) => Promise<string | null>;
  /** Customers whose name or e-mail address holds these words. */
  search: (words: string) => Promise<Person[]>;
  codesOfVoucher: (voucherId: string, after: string | null) => Promise<VoucherCodes>;
  /** Gift cards by their ids, a page of them at most; one that was deleted is missing. */
  giftCards: (ids: readonly string[]) => Promise<Map<string, GiftCard>>;
  /** The shop's channels that are open. */
  channels: () => Promise<Channel[]>;
}

/** Some codes of a voucher: how many there are in all, and where the next ones begin. */
export interface VoucherCodes {
  total: number;
  codes: string[];
  next: string | null;
}

export function cardOf({ id, currentBalance, expiryDate, isActive }: CardNode): GiftCard {
  const { amount, currency } = currentBalance;
  return {
    id,
    balance: { amount: String(amount), currency },
    expires: expiryDate,
    active: isActive,
  };
}
