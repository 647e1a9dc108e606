// The verdict as a shopkeeper would say it, from figures; what the whole evidence says stands behind it.

import type { CustomerValue } from "../api/questions";
import type { Format } from "../format/format";

function counted(value: number, one: string, many: string, format: Format): string {
  return `${format.count(value)} ${value === 1 ? one : many}`;
}

/** "Brings in others: 31 orders with their code" */
export function verdictLine(customer: CustomerValue, format: Format): string {
  const { verdict, followed, crv_orders: codes } = customer;
  const orders = codes ? counted(codes, "order", "orders", format) : null;
  const purchases =
    followed === null
      ? null
      : counted(Math.round(followed), "purchase followed", "purchases followed", format);
  switch (verdict) {
    case "proven":
      return orders === null
        ? "Leads others, as a trial has proven"
        : `Brings in others: ${orders} with their code`;
    case "leads":
      return purchases === null
        ? "Others buy because of them"
        : `Others buy because of them: ${purchases} theirs`;
    case "buys early":
      return "Buys before others who buy the same";
    case "buys together":
      return "Buys together with friends; nobody is shown to lead";
    default:
      return orders === null
        ? "Too little is known of whom they lead"
        : `${orders} with their code, too few to prove that they lead`;
  }
}

/** What stands behind the value, in one line: orders, money, and how long ago the last one was. */
export function bestReason(customer: CustomerValue, format: Format): string {
  const { orders_count: own, revenue, days_since_last_order: days } = customer;
  if (own === 0) return "They have not bought themselves yet.";
  const money = revenue === null ? "" : ` for ${format.money(revenue)}`;
  const last =
    days === null
      ? ""
      : days === 0
        ? ", the last one today"
        : `, the last one ${counted(days, "day", "days", format)} ago`;
  return `${counted(own, "paid order", "paid orders", format)} of their own${money}${last}.`;
}

/** Names of the categories in which others buy after them, the most first. */
export function leadsIn(customer: CustomerValue): string[] {
  return customer.topics
    .filter(({ verdict }) => verdict === "leads" || verdict === "proven")
    .flatMap(({ name }) => name ?? []);
}
