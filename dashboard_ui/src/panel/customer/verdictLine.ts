// The verdict as a shopkeeper would say it, from figures; what the whole evidence says stands behind it.

import type { CustomerValue } from "../api/questions";
import type { Format } from "../format/format";
import { say } from "../words/say";

/** "Brings in others: 31 orders with their code" */
export function verdictLine(customer: CustomerValue): string {
  const { verdict, followed, crv_orders: codes } = customer;
  switch (verdict) {
    case "proven":
      return codes ? say("customer.line.brings", { count: codes }) : say("customer.line.proven");
    case "leads":
      return followed === null
        ? say("customer.line.leads")
        : say("customer.line.followed", { count: Math.round(followed) });
    case "buys early":
      return say("customer.line.early");
    case "buys together":
      return say("customer.line.together");
    default:
      return codes ? say("customer.line.few", { count: codes }) : say("customer.line.unknown");
  }
}

/** What stands behind the value, in one line: orders, money, and how long ago the last one was. */
export function bestReason(customer: CustomerValue, format: Format): string {
  const { orders_count: count, revenue, days_since_last_order: days } = customer;
  if (count === 0) return say("customer.orders.none");
  if (revenue === null) {
    return days === null
      ? say("customer.orders", { count })
      : say("customer.orders.last", { count, days });
  }
  const money = format.money(revenue);
  return days === null
    ? say("customer.orders.money", { count, money })
    : say("customer.orders.money.last", { count, money, days });
}

/** Names of the categories in which others buy after them, the most first. */
export function leadsIn(customer: CustomerValue): string[] {
  return customer.topics
    .filter(({ verdict }) => verdict === "leads" || verdict === "proven")
    .flatMap(({ name }) => name ?? []);
}
